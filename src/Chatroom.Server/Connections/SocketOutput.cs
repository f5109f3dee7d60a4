using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Chatroom.Server.Connections;

/// <summary>
/// What TLS has encrypted goes to the socket as it is. Kestrel would copy it into a pipe from which a loop of its own sends; here whoever writes also sends, which
/// is one thread for all connections (<see cref="OutboxWriter"/>). docs/PERFORMANCE.md has what it gains.
/// </summary>
/// <param name="connection">Ended when the socket takes no more.</param>
/// <param name="below">Kestrel's own: nothing is written to it, so its order cannot get in the way; it is completed for Kestrel to close the socket.</param>
internal sealed class SocketOutput(ConnectionContext connection, Socket socket, PipeWriter below) : PipeWriter
{
    // As Kestrel's own pipe says it: whoever writes on is not told by an exception; the connection ends where it is read.
    private static readonly FlushResult Ended = new(isCanceled: false, isCompleted: true);

    private readonly ArrayBufferWriter<byte> gathered = new();

    /// <summary>Puts it between TLS and Kestrel's socket: to be used before <c>UseHttps</c>.</summary>
    public static Task UseAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            connection.Transport = new DuplexPipe(connection.Transport.Input, new SocketOutput(connection, socket, connection.Transport.Output));
        }

        return next(connection);
    }

    // Not cancelled halfway: half a record would be the end of TLS. It ends when the socket has taken all, or with the connection.
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (gathered.WrittenCount > 0)
        {
            gathered.Write(source.Span);
            return FlushAsync(cancellationToken);
        }

        ValueTask<int> sending;
        try
        {
            sending = socket.SendAsync(source, SocketFlags.None);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return new ValueTask<FlushResult>(End(e));
        }

        if (!sending.IsCompletedSuccessfully)
        {
            return GoOnAsync(sending, source);
        }

        // Nearly always the socket takes all of it at once.
        var sent = sending.Result;
        return sent == source.Length ? default : WriteAsync(source[sent..], cancellationToken);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (gathered.WrittenCount == 0)
        {
            return default;
        }

        var bytes = gathered.WrittenMemory.ToArray();
        gathered.Clear();
        return WriteAsync(bytes, cancellationToken);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => gathered.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => gathered.GetSpan(sizeHint);

    public override void Advance(int bytes) => gathered.Advance(bytes);

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null) => below.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => below.CompleteAsync(exception);

    private async ValueTask<FlushResult> GoOnAsync(ValueTask<int> sending, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var sent = await sending;
            return sent == bytes.Length ? default : await WriteAsync(bytes[sent..]);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return End(e);
        }
    }

    private FlushResult End(Exception why)
    {
        connection.Abort(new ConnectionAbortedException("The other side is gone.", why));
        return Ended;
    }
}
