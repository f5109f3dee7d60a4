namespace Chatroom.Server.Files;

/// <summary>
/// An upload's length or SHA-256 is not what the client announced. The upload is not completed; the caller refuses and discards it.
/// </summary>
public sealed class BlobMismatchException(string message) : Exception(message);
