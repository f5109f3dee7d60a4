namespace Chatroom.Protocol.Messages;

/// <summary>A request that changes something, made exactly once under its client id.</summary>
public interface IChangeRequest
{
    /// <summary>128 random bits as 32 lowercase hexadecimal digits, made when the person acts and kept through every retry.</summary>
    string? ClientId { get; }
}
