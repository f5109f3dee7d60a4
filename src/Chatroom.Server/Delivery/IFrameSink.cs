namespace Chatroom.Server.Delivery;

/// <summary>Where frames for one connection go. Nothing here ever blocks the one who offers.</summary>
public interface IFrameSink
{
    /// <summary>
    /// Queues a frame behind those offered before. When the bound of the outbox is reached nothing is queued and the connection is on its way to be closed as a slow consumer.
    /// </summary>
    void Offer(byte[] frame);

    /// <summary>Lets the queued frames go out; one write for all that have come meanwhile.</summary>
    void Flush();
}
