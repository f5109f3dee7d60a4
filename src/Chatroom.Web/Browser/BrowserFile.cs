using System.Runtime.InteropServices.JavaScript;
using Chatroom.Client;

namespace Chatroom.Web.Browser;

/// <summary>
/// A file that the person chose, which <c>files.js</c> holds under a number. It is read in slices and hashed in a worker, so that its size
/// costs no memory. Disposing lets the browser's file and its preview go.
/// </summary>
public sealed partial class BrowserFile : UploadContent, IDisposable
{
    private readonly int _handle;

    /// <param name="handle">From <c>register(file)</c> of <c>files.js</c>; call <see cref="LoadAsync"/> first.</param>
    public BrowserFile(int handle)
    {
        _handle = handle;
        (Name, MediaType, Length) = (GetName(handle), GetMediaType(handle), (long)GetSize(handle));
    }

    public int Handle => _handle;

    public string Name { get; }

    /// <summary>What the browser takes the file for, by its name; may be empty.</summary>
    public string MediaType { get; }

    public override long Length { get; }

    /// <summary>An address for <c>img</c> or <c>video</c>, good until <see cref="RevokePreview"/>; null when the type is none that is shown.</summary>
    public string? PreviewUrl => GetPreviewUrl(_handle) is { Length: > 0 } url ? url : null;

    public static Task LoadAsync() => Modules.LoadAsync("files");

    public void RevokePreview() => Revoke(_handle);

    /// <exception cref="IOException">The browser cannot read the file any more: it was changed, moved or removed.</exception>
    public override async Task<string> HashAsync(IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var cancelling = cancellationToken.Register(static state => CancelHash((int)state!), _handle);
        try
        {
            return await Hash(_handle, done => progress?.Report(new TransferProgress(TransferPhase.Hashing, (long)done, Length)));
        }
        catch (JSException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException(error.Message, error);
        }
    }

    /// <exception cref="IOException">The browser cannot read the file any more: it was changed, moved or removed.</exception>
    public override async ValueTask ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            if (await Read(_handle, offset, buffer.Length) != buffer.Length)
            {
                throw new EndOfStreamException("The file became shorter while it was read.");
            }

            Take(_handle, buffer.Span);
        }
        catch (JSException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    public void Dispose() => Release(_handle);

    [JSImport("name", "files")]
    private static partial string GetName(int handle);

    [JSImport("type", "files")]
    private static partial string GetMediaType(int handle);

    [JSImport("size", "files")]
    private static partial double GetSize(int handle);

    [JSImport("read", "files")]
    private static partial Task<int> Read(int handle, double offset, int length);

    [JSImport("take", "files")]
    private static partial void Take(int handle, [JSMarshalAs<JSType.MemoryView>] Span<byte> target);

    [JSImport("hash", "files")]
    private static partial Task<string> Hash(int handle, [JSMarshalAs<JSType.Function<JSType.Number>>] Action<double> progress);

    [JSImport("cancelHash", "files")]
    private static partial void CancelHash(int handle);

    [JSImport("previewUrl", "files")]
    private static partial string GetPreviewUrl(int handle);

    [JSImport("revokePreview", "files")]
    private static partial void Revoke(int handle);

    [JSImport("release", "files")]
    private static partial void Release(int handle);
}
