using System.IO.Pipelines;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Commands;
using Microsoft.AspNetCore.Connections;

namespace Chatroom.Server.Connections;

/// <summary>Frames directly on the TLS stream (ALPN <c>chatroom/3</c>).</summary>
public sealed class NativeChannel(ConnectionContext connection) : IFrameChannel
{
    private readonly PipeReader input = connection.Transport.Input;
    private readonly PipeWriter output = connection.Transport.Output;

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

    public ValueTask WriteAsync(IReadOnlyList<byte[]> frames, CancellationToken cancellation) => Outbox.WriteAsync(output, frames, cancellation);

    public async ValueTask CloseAsync()
    {
        await output.CompleteAsync();
        input.CancelPendingRead();
    }

    /// <summary>Says one refusal, whatever was asked, and ends.</summary>
    public async Task RefuseAsync(Reply refusal, CancellationToken cancellation)
    {
        var bye = new Bye { Reason = (int)refusal.Code, Text = "Come back later.", ReconnectAfterMs = 30_000 };
        await WriteAsync([FrameCodec.Write(refusal.Code, 0, refusal.Body), WireJson.Frame(Code.Bye, 0, bye)], cancellation);
        await CloseAsync();
    }

    public void Abort() => connection.Abort();
}
