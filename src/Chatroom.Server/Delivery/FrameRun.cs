namespace Chatroom.Server.Delivery;

/// <summary>
/// Frames that go to many connections one after the other: what a batch of commits appended to one room. Encoded once and joined once, so that a busy room costs
/// each of its listeners one offer and one write for a batch, not for a message.
/// </summary>
public sealed class FrameRun
{
    private readonly byte[] joined;

    public FrameRun(byte[] frame)
    {
        (Frames, joined, Length) = ([frame], frame, frame.Length);
    }

    public FrameRun(IReadOnlyList<byte[]> frames)
    {
        Frames = frames;
        Length = frames.Sum(frame => frame.Length);
        joined = frames.Count == 1 ? frames[0] : Join(frames, Length);
    }

    /// <summary>One by one, for connections that mark where each ends.</summary>
    public IReadOnlyList<byte[]> Frames { get; }

    /// <summary>All of them, for connections that are a stream of bytes.</summary>
    public ReadOnlyMemory<byte> Joined => joined;

    /// <summary>Bytes.</summary>
    public int Length { get; }

    private static byte[] Join(IReadOnlyList<byte[]> frames, int length)
    {
        var all = new byte[length];
        var at = 0;
        foreach (var frame in frames)
        {
            frame.CopyTo(all, at);
            at += frame.Length;
        }

        return all;
    }
}
