namespace Chatroom.Server.Sealing;

/// <summary>
/// What went wrong with keys or sealed values, in words for the operator. The message names the file, purpose or chunk, never a
/// key or a plain text, so it may be logged.
/// </summary>
public sealed class SealingException : Exception
{
    public SealingException(string message)
        : base(message)
    {
    }

    public SealingException(string message, Exception cause)
        : base(message, cause)
    {
    }

    /// <summary>It is another master key's ring: nothing is damaged.</summary>
    internal bool IsWrongKey { get; init; }
}
