using Chatroom.Server.Sessions;

namespace Chatroom.Server.Delivery;

/// <summary>Entries of one room that were committed one after the other.</summary>
internal sealed class RoomRun(long room, long first)
{
    public long Room => room;

    public long First => first;

    public List<byte[]> Frames { get; } = [];

    public int Bytes { get; private set; }

    /// <summary>Which of the frames which connection gets as a reply instead, ascending.</summary>
    public List<(int At, Session Origin, byte[] Reply)> Replies { get; } = [];

    public void Add(byte[] frame, Session? origin, byte[]? reply)
    {
        if (origin is not null && reply is not null)
        {
            Replies.Add((Frames.Count, origin, reply));
        }

        Frames.Add(frame);
        Bytes += frame.Length;
    }
}
