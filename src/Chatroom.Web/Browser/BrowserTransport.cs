using System.Runtime.InteropServices.JavaScript;
using Chatroom.Client;

namespace Chatroom.Web.Browser;

/// <summary>
/// Frames over the browser's own WebSocket to the page's server, one per binary message. Such a socket cannot be told to wait: what has come and is not
/// received yet is kept, up to 16 MB; with more the connection is given up, as with a server that sends what is no frame.
/// </summary>
/// <param name="path">On the server: that of an account, whose cookie goes along.</param>
internal sealed partial class BrowserTransport(string path) : ITransport
{
    private static int _last;

    /// <summary>To be called before the first connection.</summary>
    public static Task LoadAsync() => Modules.LoadAsync("socket");

    public async Task<IFrameConnection> ConnectAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var number = ++_last;
        using var cancelling = cancellationToken.Register(static state => BrowserConnection.Close((int)state!), number);
        try
        {
            await Open(number, path);
        }
        catch (JSException error)
        {
            BrowserConnection.Close(number);
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException(error.Message, error);
        }

        return new BrowserConnection(number);
    }

    [JSImport("open", "socket")]
    private static partial Task Open(int number, string path);
}
