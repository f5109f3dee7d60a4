using System.Buffers;
using System.IO.Pipelines;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Commands;
using Chatroom.Server.Delivery;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Chatroom.Server.Connections;

/// <summary>Frames directly on the TLS stream (ALPN <c>chatroom/3</c>).</summary>
public sealed class NativeChannel(ConnectionContext connection) : IFrameChannel
{
    private readonly PipeReader input = connection.Transport.Input;

    // Nobody writes to Kestrel's pipe, which would copy each frame once more and finish each write in three more steps.
    private readonly Stream output = connection.Features.GetRequiredFeature<ISslStreamFeature>().SslStream;

    public async ValueTask<Frame?> ReadAsync(Func<Code, int> maxBody)
    {
        while (true)
        {
            var result = await input.ReadAsync();
            var buffer = result.Buffer;
            var consumed = buffer.Start;
            var examined = buffer.End;
            try
            {
                switch (FrameCodec.TryRead(ref buffer, maxBody, out var frame))
                {
                    case FrameStatus.Complete:
                        consumed = examined = buffer.Start;
                        return frame;
                    case FrameStatus.Invalid:
                        throw new FrameInvalidException("The frame's length is out of bounds.");
                    default:
                        break;
                }

                if (result.IsCompleted || result.IsCanceled)
                {
                    return buffer.IsEmpty || result.IsCanceled ? null : throw new FrameInvalidException("The stream ended inside a frame.");
                }
            }
            finally
            {
                input.AdvanceTo(consumed, examined);
            }
        }
    }

    public ValueTask WriteAsync(IReadOnlyList<FrameRun> runs) => runs.Count == 1 ? output.WriteAsync(runs[0].Joined) : WriteTogetherAsync(runs);

    public async ValueTask CloseAsync()
    {
        await connection.Transport.Output.CompleteAsync();
        input.CancelPendingRead();
    }

    /// <summary>Says one refusal, whatever was asked, and ends.</summary>
    public async Task RefuseAsync(Reply refusal)
    {
        var bye = new Bye { Reason = (int)refusal.Code, Text = "Come back later.", ReconnectAfterMs = 30_000 };
        await WriteAsync([new FrameRun(FrameCodec.Write(refusal.Code, 0, refusal.Body)), new FrameRun(WireJson.Frame(Code.Bye, 0, bye))]);
        await CloseAsync();
    }

    public void Abort() => connection.Abort();

    // What fits into one TLS record (RFC 8446, 5.1) leaves as one; a larger run is split by the stream.
    private async ValueTask WriteTogetherAsync(IReadOnlyList<FrameRun> runs)
    {
        const int Record = 16 * 1024;
        var buffer = ArrayPool<byte>.Shared.Rent(Record);
        try
        {
            var filled = 0;
            foreach (var run in runs)
            {
                if (filled > 0 && filled + run.Length > Record)
                {
                    await output.WriteAsync(buffer.AsMemory(0, filled));
                    filled = 0;
                }

                if (run.Length > Record)
                {
                    await output.WriteAsync(run.Joined);
                }
                else
                {
                    run.Joined.CopyTo(buffer.AsMemory(filled));
                    filled += run.Length;
                }
            }

            if (filled > 0)
            {
                await output.WriteAsync(buffer.AsMemory(0, filled));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
