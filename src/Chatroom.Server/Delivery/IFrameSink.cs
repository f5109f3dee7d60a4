namespace Chatroom.Server.Delivery;

/// <summary>Where frames for one connection go. Nothing here ever blocks the one who offers.</summary>
public interface IFrameSink
{
    /// <summary>
    /// Queues a frame behind those offered before. When the bound of the outbox is reached nothing is queued and the connection is on its way to be closed as a slow consumer.
    /// </summary>
    void Offer(byte[] frame);

    /// <summary>As if each frame had been offered; where one finds no room, neither do those after it.</summary>
    void Offer(FrameRun run)
    {
        foreach (var frame in run.Frames)
        {
            Offer(frame);
        }
    }

    /// <summary>Bytes of events that have not left yet.</summary>
    long Waiting { get; }

    /// <summary>Lets the queued frames go out; one write for all that have come meanwhile.</summary>
    void Flush();
}
