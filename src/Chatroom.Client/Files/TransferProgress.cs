namespace Chatroom.Client;

public enum TransferPhase
{
    Hashing,
    Transferring,

    /// <summary>The connection broke; the transfer goes on by itself from the last durable byte.</summary>
    WaitingToRetry,
    Done,
}

/// <param name="Bytes">Done of the phase.</param>
/// <param name="Total">All, in bytes.</param>
public readonly record struct TransferProgress(TransferPhase Phase, long Bytes, long Total);
