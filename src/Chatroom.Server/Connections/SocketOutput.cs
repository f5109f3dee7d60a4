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
/// <param name="below">Kestrel's own: nothing is written to it, so its order cannot get in the way; it is completed for Kestrel to close the socket.</param>
internal sealed class SocketOutput(Socket socket, PipeWriter below) : PipeWriter
{
    private readonly ArrayBufferWriter<byte> gathered = new();

    /// <summary>Puts it between TLS and Kestrel's socket: to be used before <c>UseHttps</c>.</summary>
    public static Task UseAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            connection.Transport = new Both(connection.Transport.Input, new SocketOutput(socket, connection.Transport.Output));
        }

        return next(connection);
    }

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
            sending = socket.SendAsync(source, SocketFlags.None, cancellationToken);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Gone(e);
        }

        // Nearly always the socket takes it at once.
        if (sending.IsCompletedSuccessfully && sending.Result == source.Length)
        {
            return default;
        }

        return GoOnAsync(sending, source, cancellationToken);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        gathered.WrittenCount == 0 ? default : FlushGatheredAsync(cancellationToken);

    public override Memory<byte> GetMemory(int sizeHint = 0) => gathered.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => gathered.GetSpan(sizeHint);

    public override void Advance(int bytes) => gathered.Advance(bytes);

    // Kestrel's own flushes: no write below has begun that could be cancelled.
    public override void CancelPendingFlush() => below.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => below.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => below.CompleteAsync(exception);

    private async ValueTask<FlushResult> FlushGatheredAsync(CancellationToken cancellation)
    {
        var bytes = gathered.WrittenMemory.ToArray();
        gathered.Clear();
        return await WriteAsync(bytes, cancellation);
    }

    private async ValueTask<FlushResult> GoOnAsync(ValueTask<int> sending, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            for (bytes = bytes[await sending..]; !bytes.IsEmpty; bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellation)..])
            {
            }

            return default;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Gone(e);
        }
    }

    private static ConnectionResetException Gone(Exception why) => new("The other side is gone.", why);

    private sealed record Both(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
