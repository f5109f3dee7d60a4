using System.Security.Cryptography;
using Chatroom.Server.Sealing;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Files;

/// <summary>
/// A file's content on its way in: appended, made durable at any byte, resumed after a crash, and completed only when length and
/// SHA-256 are right. Everything on disk is sealed, at every moment. Memory: some 130 KiB each, whatever the file's size.
/// </summary>
/// <remarks>
/// <para>A full chunk goes to its slot in <c>.part</c> only when a byte after it arrives, so that the last one, whole or not, is
/// sealed exactly once, as the last. The chunk being filled is made durable in a <see cref="TailLog"/>. No durable byte is ever
/// overwritten.</para>
/// <para>One caller at a time. After an <see cref="IOException"/> the instance is of no more use: what a failed write left
/// is unknown until the upload is opened again. What a failed fsync left is not to be had: read again it looks well, and the next
/// fsync may succeed without having written it. All of the upload is then removed, and it begins anew.</para>
/// </remarks>
public sealed class UploadBlob : IDisposable
{
    private readonly string _path;
    private readonly string _fileId;
    private readonly FileStream _part;
    private readonly FileStream _tail;
    private readonly TailLog _log;
    private readonly BlobCipher _cipher;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _plain = new byte[BlobCipher.ChunkSize];
    private readonly byte[] _buffer = new byte[TailLog.MaxRecordLength];
    private long _chunk;
    private int _fill;
    private bool _partDirty;
    private bool _unusable;
    private bool _distrusted;

    private UploadBlob(string path, string fileId, FileStream part, FileStream tail, BlobCipher cipher)
    {
        (_path, _fileId, _part, _tail, _cipher) = (path, fileId, part, tail, cipher);
        _log = new TailLog(tail.SafeFileHandle);
    }

    /// <summary>Bytes appended so far, durable or not.</summary>
    public long Length => (_chunk * BlobCipher.ChunkSize) + _fill;

    /// <summary>Bytes that survive any crash; the offset to tell a client.</summary>
    public long DurableLength { get; private set; }

    /// <summary>SHA-256 of the <see cref="Length"/> bytes appended so far (32 bytes).</summary>
    public byte[] Sha256SoFar() => _hash.GetCurrentHash();

    /// <summary>Begins an upload; it exists durably, with no content, on return.</summary>
    /// <param name="path">The finished blob's path, ending in the file's id; the folder has to exist.</param>
    /// <param name="fileId">1 to 128 characters; bound to every chunk.</param>
    /// <exception cref="IOException">There is an upload or a finished blob already (<see cref="BlobPaths"/>), or the disk failed.</exception>
    public static UploadBlob Create(KeyRing ring, string path, string fileId)
    {
        if (BlobPaths.IsComplete(path))
        {
            throw new IOException($"File {fileId} is complete already.");
        }

        var cipher = BlobCipher.Create(ring, fileId);
        FileStream? part = null, tail = null;
        try
        {
            part = Durable.CreateNew(BlobPaths.Part(path));

            // One left by an upload that was discarded halfway: its records are of another key and mean nothing.
            File.Delete(BlobPaths.Tail(path));
            tail = Durable.CreateNew(BlobPaths.Tail(path));
            RandomAccess.Write(part.SafeFileHandle, cipher.Header, 0);
            Durable.FsyncFile(part.SafeFileHandle);
            Durable.FsyncDirectory(Durable.DirectoryOf(path));
            return new UploadBlob(path, fileId, part, tail, cipher);
        }
        catch
        {
            cipher.Dispose();
            part?.Dispose();
            tail?.Dispose();
            if (part is not null)
            {
                File.Delete(BlobPaths.Part(path)); // Without its header it would look damaged.
            }

            throw;
        }
    }

    /// <summary>
    /// Whether an upload was begun and nothing of it became durable: its name can, by the sync of another file's name, before its header does. Nothing of it was acknowledged.
    /// </summary>
    public static bool IsBlank(string path)
    {
        using var part = File.OpenHandle(BlobPaths.Part(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> header = stackalloc byte[BlobCipher.HeaderLength];
        return !BlobIo.TryReadFully(part, header, 0) || !header.ContainsAnyExcept((byte)0);
    }

    /// <summary>
    /// Opens an upload begun before, at the greatest sound prefix: at least the last <see cref="DurableLength"/> reported. Reads and
    /// verifies all of it (for the SHA-256), cuts off what is torn, and syncs, so that <see cref="DurableLength"/> is true again.
    /// </summary>
    /// <exception cref="FileNotFoundException">No upload is there; it may be complete.</exception>
    /// <exception cref="IOException">It is open already, or the disk failed.</exception>
    /// <exception cref="SealingException">Its header is damaged or of an unknown epoch: nothing can be saved.</exception>
    public static Task<UploadBlob> OpenAsync(KeyRing ring, string path, string fileId, CancellationToken cancellation = default) =>
        Task.Run(() => Open(ring, path, fileId, cancellation), cancellation);

    private static UploadBlob Open(KeyRing ring, string path, string fileId, CancellationToken cancellation)
    {
        FileStream? part = null, tail = null;
        BlobCipher? cipher = null;
        try
        {
            part = new FileStream(BlobPaths.Part(path), FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            Span<byte> header = stackalloc byte[BlobCipher.HeaderLength];
            var whole = BlobIo.TryReadFully(part.SafeFileHandle, header, 0);
            cipher = BlobCipher.Open(ring, whole ? header : default, fileId);
            tail = new FileStream(BlobPaths.Tail(path), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            var upload = new UploadBlob(path, fileId, part, tail, cipher);
            upload.Recover(cancellation);
            return upload;
        }
        catch (Exception error)
        {
            cipher?.Dispose();
            part?.Dispose();
            tail?.Dispose();
            if (error is SyncFailedException)
            {
                TryDiscard(path);
            }

            throw;
        }
    }

    private void Recover(CancellationToken cancellation)
    {
        var file = _part.SafeFileHandle;
        var slot = _buffer.AsSpan(0, BlobCipher.SlotLength);
        while (BlobIo.TryReadFully(file, slot, BlobIo.SlotOffset(_chunk)) && _cipher.TryOpenChunk(_chunk, last: false, slot, _plain))
        {
            cancellation.ThrowIfCancellationRequested();
            _hash.AppendData(_plain);
            _chunk++;
        }

        // Also drops a chunk sealed as the last by a completion that was cut off: its bytes are in the log as well.
        RandomAccess.SetLength(file, BlobIo.SlotOffset(_chunk));
        _fill = _log.Recover(_cipher, _chunk, _plain, _buffer);
        _hash.AppendData(_plain, 0, _fill);

        // What was read may come from the page cache of a process that was killed before it synced.
        Durable.FsyncFile(file);
        Durable.FsyncFile(_tail.SafeFileHandle);
        Durable.FsyncDirectory(Durable.DirectoryOf(_path));
        DurableLength = Length;
    }

    /// <summary>Appends at <see cref="Length"/>. Durable only after <see cref="FlushAsync"/>.</summary>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes)
    {
        Use();
        while (bytes.Length > 0)
        {
            if (_fill == BlobCipher.ChunkSize)
            {
                var slot = _buffer.AsMemory(0, BlobCipher.SlotLength);
                _cipher.SealChunk(_chunk, last: false, _plain, slot.Span);
                _partDirty = true;
                await RandomAccess.WriteAsync(_part.SafeFileHandle, slot, BlobIo.SlotOffset(_chunk));
                _chunk++;
                _fill = 0;
            }

            var taken = bytes[..Math.Min(bytes.Length, BlobCipher.ChunkSize - _fill)];
            taken.CopyTo(_plain.AsMemory(_fill));
            _hash.AppendData(taken.Span);
            _fill += taken.Length;
            bytes = bytes[taken.Length..];
        }

        _unusable = false;
    }

    /// <summary>Makes everything appended so far durable and returns the new <see cref="DurableLength"/>.</summary>
    public async ValueTask<long> FlushAsync()
    {
        if (DurableLength == Length && !_unusable)
        {
            return DurableLength;
        }

        Use();
        try
        {
            if (_partDirty)
            {
                await BlobIo.SyncAsync(_part.SafeFileHandle);
                _partDirty = false;
            }

            await _log.CoverAsync(_cipher, _chunk, _plain.AsMemory(0, _fill), _buffer);
        }
        catch (SyncFailedException)
        {
            _distrusted = true;
            throw;
        }

        DurableLength = Length;
        _unusable = false;
        return DurableLength;
    }

    /// <summary>
    /// Finishes the upload: when this returns, the blob lies under its final name, verified and durable, and this instance is closed.
    /// </summary>
    /// <exception cref="BlobMismatchException">Length or SHA-256 differ; nothing got the final name, the upload can be discarded.</exception>
    /// <exception cref="IOException">The disk failed; opened again, the upload has all its bytes (or is complete).</exception>
    public async ValueTask CompleteAsync(long expectedLength, ReadOnlyMemory<byte> expectedSha256)
    {
        await FlushAsync();
        if (Length != expectedLength)
        {
            throw new BlobMismatchException($"File {_fileId} has {Length} bytes instead of {expectedLength}.");
        }

        if (!CryptographicOperations.FixedTimeEquals(_hash.GetCurrentHash(), expectedSha256.Span))
        {
            throw new BlobMismatchException($"File {_fileId} does not have the announced SHA-256.");
        }

        Use();
        var slot = _buffer.AsMemory(0, _fill + BlobCipher.Overhead);
        _cipher.SealChunk(_chunk, last: true, _plain.AsSpan(0, _fill), slot.Span);
        await RandomAccess.WriteAsync(_part.SafeFileHandle, slot, BlobIo.SlotOffset(_chunk));
        try
        {
            await BlobIo.SyncAsync(_part.SafeFileHandle);
        }
        catch (SyncFailedException)
        {
            _distrusted = true;
            throw;
        }

        Dispose();
        Durable.Rename(BlobPaths.Part(_path), _path, replace: false);
        Durable.Delete(BlobPaths.Tail(_path));
    }

    /// <summary>Enters an operation: marked unusable until it ends well.</summary>
    private void Use()
    {
        if (_unusable)
        {
            throw new InvalidOperationException($"The upload of file {_fileId} failed or is closed; open it again.");
        }

        _unusable = true;
    }

    /// <summary>
    /// Closes the files; what is not flushed may be lost. The upload can be opened again; after a failed fsync there is nothing of it left to open.
    /// </summary>
    public void Dispose()
    {
        _unusable = true;
        _part.Dispose();
        _tail.Dispose();
        _cipher.Dispose();
        _hash.Dispose();
        CryptographicOperations.ZeroMemory(_plain);
        if (_distrusted)
        {
            TryDiscard(_path);
        }
    }

    // The disk has failed a moment ago: that the names are gone for good is not to be had, that they are gone is enough for this process.
    private static void TryDiscard(string path)
    {
        try
        {
            BlobPaths.Discard(path);
        }
        catch (IOException)
        {
            return;
        }
    }
}
