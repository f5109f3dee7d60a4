using System.Runtime.InteropServices.JavaScript;
using Chatroom.Client;

namespace Chatroom.Web.Browser;

/// <summary>
/// HTTP to the page's own server by the browser's fetch, whose cookie goes along. A <see cref="BrowserFile"/> is sent by the browser itself, straight from the
/// disk.
/// </summary>
internal sealed partial class BrowserHttp : IHttpTransport
{
    private static int _last;

    /// <summary>To be called before anything is sent.</summary>
    public static Task LoadAsync() => Task.WhenAll(Modules.LoadAsync("http"), BrowserFile.LoadAsync());

    public async Task<HttpReply> SendAsync(HttpAsk ask, CancellationToken cancellationToken = default)
    {
        var file = ask.Body?.Content as BrowserFile;
        var bytes = file is null && ask.Body is { } body ? await body.ReadAsync(cancellationToken) : null;
        cancellationToken.ThrowIfCancellationRequested();
        var number = ++_last;
        using var cancelling = cancellationToken.Register(static state => Abort((int)state!), number);
        try
        {
            var status = await Send(number, ask.Method, ask.Path, Lines(ask), file?.Handle ?? 0, ask.Body?.Offset ?? 0, ask.Body?.Length ?? 0, bytes);
            return new BrowserReply(number, status);
        }
        catch (JSException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw error.Message.StartsWith("LostError", StringComparison.Ordinal)
                ? new ConnectionLostException(error.Message, error)
                : new IOException(error.Message, error);
        }
    }

    // Requests belong to who made them; between them the browser holds nothing for this.
    public void Dispose()
    {
    }

    private static string Lines(HttpAsk ask)
    {
        var lines = ask.Headers.Select(header => header.Key + ":" + header.Value);
        return string.Join('\n', ask.Body is { } body ? lines.Append("Content-Type:" + body.MediaType) : lines);
    }

    [JSImport("send", "http")]
    private static partial Task<int> Send(int number, string method, string path, string headers, int file, double offset, int length, byte[]? bytes);

    [JSImport("header", "http")]
    private static partial string? GetHeader(int number, string name);

    [JSImport("read", "http")]
    private static partial Task<int> Read(int number, int length);

    [JSImport("take", "http")]
    private static partial void Take(int number, [JSMarshalAs<JSType.MemoryView>] Span<byte> target);

    [JSImport("abort", "http")]
    private static partial void Abort(int number);

    private sealed class BrowserReply(int number, int status) : HttpReply
    {
        public override int Status => status;

        public override string? Header(string name) => GetHeader(number, name);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var cancelling = cancellationToken.Register(static state => Abort((int)state!), number);
            try
            {
                var length = await Read(number, buffer.Length);
                Take(number, buffer.Span[..length]);
                return length;
            }
            catch (JSException error)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new ConnectionLostException(error.Message, error);
            }
        }

        public override ValueTask DisposeAsync()
        {
            Abort(number);
            return ValueTask.CompletedTask;
        }
    }
}
