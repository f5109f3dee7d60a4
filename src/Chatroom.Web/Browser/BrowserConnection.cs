using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.JavaScript;
using Chatroom.Client;
using Chatroom.Protocol;

namespace Chatroom.Web.Browser;

/// <summary>One WebSocket of the browser, which <c>socket.js</c> holds under a number.</summary>
internal sealed partial class BrowserConnection(int number) : IFrameConnection
{
    private byte[] _buffer = new byte[16 * 1024];

    public string? CertificateFingerprint => null;

    /// <summary>Hands it to the browser, which tells nobody when it has gone out: a lost connection is noticed by what does not come.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            Send(number, MemoryMarshal.AsMemory(frame).Span);
            return ValueTask.CompletedTask;
        }
        catch (JSException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    public async ValueTask<Frame?> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int length;
        using (cancellationToken.Register(static state => Close((int)state!), number))
        {
            try
            {
                length = await Receive(number);
                if (length < 0)
                {
                    return null;
                }

                if (length > _buffer.Length)
                {
                    _buffer = new byte[length];
                }

                Take(number, _buffer.AsSpan(0, length));
            }
            catch (JSException error)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new IOException(error.Message, error);
            }
        }

        var sequence = new ReadOnlySequence<byte>(_buffer, 0, length);
        return FrameCodec.TryRead(ref sequence, static _ => WireLimits.ServerBody, out var frame) == FrameStatus.Complete && sequence.IsEmpty
            ? frame
            : throw new IOException("What the server sent is not a frame.");
    }

    public ValueTask DisposeAsync()
    {
        Close(number);
        return ValueTask.CompletedTask;
    }

    /// <summary>Also while it is being opened. What waits for it ends with an error.</summary>
    [JSImport("close", "socket")]
    internal static partial void Close(int number);

    [JSImport("send", "socket")]
    private static partial void Send(int number, [JSMarshalAs<JSType.MemoryView>] Span<byte> frame);

    [JSImport("receive", "socket")]
    private static partial Task<int> Receive(int number);

    [JSImport("take", "socket")]
    private static partial void Take(int number, [JSMarshalAs<JSType.MemoryView>] Span<byte> target);
}
