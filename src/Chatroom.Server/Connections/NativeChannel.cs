using System.Buffers;
using System.IO.Pipelines;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Commands;
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

    public ValueTask WriteAsync(IReadOnlyList<byte[]> frames) => frames.Count == 1 ? output.WriteAsync(frames[0]) : WriteTogetherAsync(frames);

    public async ValueTask CloseAsync()
    {
        await connection.Transport.Output.CompleteAsync();
        input.CancelPendingRead();
    }

    /// <summary>Says one refusal, whatever was asked, and ends.</summary>
    public async Task RefuseAsync(Reply refusal)
    {
        var bye = new Bye { Reason = (int)refusal.Code, Text = "Come back later.", ReconnectAfterMs = 30_000 };
        await WriteAsync([FrameCodec.Write(refusal.Code, 0, refusal.Body), WireJson.Frame(Code.Bye, 0, bye)]);
        await CloseAsync();
    }

    public void Abort() => connection.Abort();

    // What fits into one TLS record (RFC 8446, 5.1) leaves as one; a larger frame is split by the stream.
    private async ValueTask WriteTogetherAsync(IReadOnlyList<byte[]> frames)
    {
        const int Record = 16 * 1024;
        var buffer = ArrayPool<byte>.Shared.Rent(Record);
        try
        {
            var filled = 0;
            foreach (var frame in frames)
            {
                if (filled > 0 && filled + frame.Length > Record)
                {
                    await output.WriteAsync(buffer.AsMemory(0, filled));
                    filled = 0;
                }

                if (frame.Length > Record)
                {
                    await output.WriteAsync(frame);
                }
                else
                {
                    frame.CopyTo(buffer, filled);
                    filled += frame.Length;
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
