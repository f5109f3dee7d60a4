namespace Chatroom.Faults.Running;

/// <summary>One connection's frames, read by one loop: replies go to whoever asked, the rest to the loop.</summary>
public sealed class Conversation(IChannel channel) : IAsyncDisposable
{
    private readonly Dictionary<uint, Action<RawFrame>> waiting = [];
    private readonly Queue<RawFrame> aside = new();
    private uint last;

    /// <summary>The next frame; null when the other side has closed.</summary>
    public async Task<RawFrame?> NextAsync()
    {
        if (aside.TryDequeue(out var frame))
        {
            return frame;
        }

        return await channel.ReceiveAsync() is { } bytes ? RawFrame.Decode(bytes) : null;
    }

    public async Task SendAsync(int code, object body, Action<RawFrame>? answered = null)
    {
        last++;
        if (answered is not null)
        {
            waiting.Add(last, answered);
        }

        await channel.SendAsync(RawFrame.Encode(code, last, RawFrame.BodyOf(body)));
    }

    /// <summary>Gives a reply to whoever asked.</summary>
    /// <returns>False when nobody did.</returns>
    public bool Answer(RawFrame reply)
    {
        if (!waiting.Remove(reply.Request, out var answered))
        {
            return false;
        }

        answered(reply);
        return true;
    }

    /// <summary>Sends a request and waits for its reply; what comes before is kept for <see cref="NextAsync"/>, in order.</summary>
    /// <exception cref="IOException">The other side closed first.</exception>
    public async Task<RawFrame> AskAsync(int code, object body)
    {
        await SendAsync(code, body);
        var request = last;
        var before = new List<RawFrame>();
        while (true)
        {
            var bytes = await channel.ReceiveAsync() ?? throw new IOException("Closed before the reply.");
            var frame = RawFrame.Decode(bytes);
            if (frame.Request == request)
            {
                before.ForEach(aside.Enqueue);
                return frame;
            }

            before.Add(frame);
        }
    }

    public ValueTask DisposeAsync() => channel.DisposeAsync();
}
