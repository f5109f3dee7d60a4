using System.Security.Cryptography;
using Chatroom.Server.Sealing;
using Microsoft.Win32.SafeHandles;

namespace Chatroom.Server.Files;

/// <summary>
/// Reads a finished blob from any offset. Each chunk is verified before any byte of it is given out. Memory: some 130 KiB.
/// One caller at a time; any number of readers may have one blob open.
/// </summary>
public sealed class BlobReader : IDisposable
{
    private readonly string _fileId;
    private readonly SafeFileHandle _file;
    private readonly BlobCipher _cipher;
    private readonly byte[] _plain = new byte[BlobCipher.ChunkSize];
    private readonly byte[] _slot = new byte[BlobCipher.SlotLength];
    private long _loaded = -1;

    private BlobReader(string fileId, SafeFileHandle file, BlobCipher cipher, long size) =>
        (_fileId, _file, _cipher, Size) = (fileId, file, cipher, size);

    /// <summary>Length of the content in bytes.</summary>
    public long Size { get; }

    /// <summary>
    /// Opens a blob and verifies its last chunk, so that a wrong key, another file's blob, or a cut one shows before an answer to
    /// a client has begun.
    /// </summary>
    /// <param name="size">The content's length as the database has it, in bytes.</param>
    /// <exception cref="SealingException">Missing or damaged; names the file, and the chunk where one is to blame.</exception>
    /// <exception cref="IOException">The disk cannot be read.</exception>
    public static BlobReader Open(KeyRing ring, string path, string fileId, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        SafeFileHandle? file = null;
        BlobCipher? cipher = null;
        try
        {
            // Others may delete it meanwhile (a recalled file): a reader that has begun reads to the end.
            file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            Span<byte> header = stackalloc byte[BlobCipher.HeaderLength];
            var whole = BlobIo.TryReadFully(file, header, 0);
            cipher = BlobCipher.Open(ring, whole ? header : default, fileId);
            var length = RandomAccess.GetLength(file);
            if (length != BlobIo.FileLength(size))
            {
                throw new SealingException(
                    $"File {fileId} is damaged: {length} bytes on disk instead of {BlobIo.FileLength(size)}.");
            }

            var reader = new BlobReader(fileId, file, cipher, size);
            var last = BlobIo.ChunkCount(size) - 1;
            reader.Verify(last, BlobIo.TryReadFully(file, reader.SlotOf(last).Span, BlobIo.SlotOffset(last)));
            return reader;
        }
        catch (Exception error)
        {
            cipher?.Dispose();
            file?.Dispose();
            if (error is FileNotFoundException or DirectoryNotFoundException)
            {
                throw new SealingException($"File {fileId} is missing.", error);
            }

            throw;
        }
    }

    /// <summary>
    /// Reads from <paramref name="offset"/> until the buffer is full or the content ends; returns the number of bytes.
    /// </summary>
    /// <exception cref="SealingException">A chunk is damaged; the buffer holds no byte of it.</exception>
    public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var total = 0;
        while (buffer.Length > total && offset + total < Size)
        {
            var from = await LoadAsync(offset + total, cancellation);
            var taken = Math.Min(from.Length, buffer.Length - total);
            from[..taken].CopyTo(buffer[total..]);
            total += taken;
        }

        return total;
    }

    /// <summary>Writes <paramref name="count"/> bytes from <paramref name="offset"/>, chunk by chunk.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the content.</exception>
    /// <exception cref="SealingException">A chunk is damaged; the bytes before it have been written, none of it or after it.</exception>
    public async Task CopyToAsync(Stream destination, long offset, long count, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Size - offset);
        while (count > 0)
        {
            var from = await LoadAsync(offset, cancellation);
            var taken = from[..(int)Math.Min(from.Length, count)];
            await destination.WriteAsync(taken, cancellation);
            offset += taken.Length;
            count -= taken.Length;
        }
    }

    /// <summary>Verifies every chunk.</summary>
    /// <exception cref="SealingException">Names the first damaged chunk.</exception>
    public async Task VerifyAsync(CancellationToken cancellation = default)
    {
        for (var chunk = 0L; chunk < BlobIo.ChunkCount(Size); chunk++)
        {
            _loaded = -1;
            await LoadAsync(chunk * BlobCipher.ChunkSize, cancellation);
        }
    }

    /// <summary>The verified bytes from an offset to the end of its chunk.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> LoadAsync(long offset, CancellationToken cancellation)
    {
        var chunk = offset / BlobCipher.ChunkSize;
        if (_loaded != chunk)
        {
            Verify(chunk, await BlobIo.TryReadFullyAsync(_file, SlotOf(chunk), BlobIo.SlotOffset(chunk), cancellation));
        }

        var start = (int)(offset % BlobCipher.ChunkSize);
        return _plain.AsMemory(start, PlainLength(chunk) - start);
    }

    private void Verify(long chunk, bool whole)
    {
        _loaded = -1;
        var last = chunk == BlobIo.ChunkCount(Size) - 1;
        if (!whole || !_cipher.TryOpenChunk(chunk, last, SlotOf(chunk).Span, _plain.AsSpan(0, PlainLength(chunk))))
        {
            throw new SealingException($"File {_fileId} is damaged: chunk {chunk} was altered, cut or does not belong to it.");
        }

        _loaded = chunk;
    }

    private int PlainLength(long chunk) => (int)Math.Min(BlobCipher.ChunkSize, Size - (chunk * BlobCipher.ChunkSize));

    private Memory<byte> SlotOf(long chunk) => _slot.AsMemory(0, PlainLength(chunk) + BlobCipher.Overhead);

    /// <summary>Closes the file and clears the plain bytes.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _cipher.Dispose();
        _loaded = -1;
        CryptographicOperations.ZeroMemory(_plain);
    }
}
