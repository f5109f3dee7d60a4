using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Chatroom.Server.Connections;

/// <summary>
/// What a connection says, with pauses. Sockets are served by the threads that wait for them, and a client that never stops talking would keep one from all others.
/// After some reads in a row that had no need to wait, reading goes on in the thread pool, behind what waits there.
/// </summary>
internal sealed class FairInput(PipeReader inner) : PipeReader
{
    // A frame of the native protocol is a read. So are a few dozen of a WebSocket's pings, which .NET answers without asking anybody.
    private const int Turn = 32;

    private int inARow;

    /// <summary>Puts it before whatever reads the connection: to be used after <c>UseHttps</c>.</summary>
    public static Task UseAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        connection.Transport = new DuplexPipe(new FairInput(connection.Transport.Input), connection.Transport.Output);
        return next(connection);
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var reading = inner.ReadAsync(cancellationToken);
        inARow = reading.IsCompletedSuccessfully ? inARow + 1 : 0;
        if (inARow < Turn)
        {
            return reading;
        }

        inARow = 0;
        return YieldAsync(reading);
    }

    public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private static async ValueTask<ReadResult> YieldAsync(ValueTask<ReadResult> reading)
    {
        await Task.Yield();
        return await reading;
    }
}
