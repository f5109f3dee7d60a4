using Chatroom.Server.Storage;
using Microsoft.Win32.SafeHandles;

namespace Chatroom.Server.Files;

/// <summary>Positions in a blob's file, and reads and syncs of it.</summary>
internal static class BlobIo
{
    /// <summary>Where a chunk's slot begins.</summary>
    public static long SlotOffset(long chunk) => BlobCipher.HeaderLength + (chunk * BlobCipher.SlotLength);

    /// <summary>Number of chunks of a content; an empty one has one.</summary>
    public static long ChunkCount(long size) => Math.Max(1, (size + BlobCipher.ChunkSize - 1) / BlobCipher.ChunkSize);

    /// <summary>Length on disk of a finished blob, bytes.</summary>
    public static long FileLength(long size) => BlobCipher.HeaderLength + size + (ChunkCount(size) * BlobCipher.Overhead);

    /// <summary>Fills the buffer; false when the file ends before.</summary>
    public static bool TryReadFully(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        while (buffer.Length > 0)
        {
            var read = RandomAccess.Read(file, buffer, offset);
            if (read == 0)
            {
                return false;
            }

            buffer = buffer[read..];
            offset += read;
        }

        return true;
    }

    /// <summary>As <see cref="TryReadFully"/>, without holding up the caller's thread.</summary>
    public static async ValueTask<bool> TryReadFullyAsync(
        SafeFileHandle file, Memory<byte> buffer, long offset, CancellationToken cancellation)
    {
        while (buffer.Length > 0)
        {
            var read = await RandomAccess.ReadAsync(file, buffer, offset, cancellation);
            if (read == 0)
            {
                return false;
            }

            buffer = buffer[read..];
            offset += read;
        }

        return true;
    }

    /// <summary>fsync on a pool thread: it may take long, and has no asynchronous form.</summary>
    /// <exception cref="SyncFailedException">As <see cref="Durable.FsyncFile"/>.</exception>
    public static Task SyncAsync(SafeFileHandle file) => Task.Run(() => Durable.FsyncFile(file));
}
