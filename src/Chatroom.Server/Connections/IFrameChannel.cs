using Chatroom.Protocol;
using Chatroom.Server.Delivery;

namespace Chatroom.Server.Connections;

/// <summary>How frames come and go on one connection: native TLS or WebSocket; the conversation above does not know which.</summary>
public interface IFrameChannel
{
    /// <summary>The next frame; null at the end of the stream.</summary>
    /// <param name="maxBody">Largest body allowed for a code, bytes.</param>
    /// <exception cref="FrameInvalidException">The bytes are no frame, or the stream ended inside one.</exception>
    ValueTask<Frame?> ReadAsync(Func<Code, int> maxBody);

    /// <summary>
    /// Listens for the other side while a frame takes long to be handled, where its signs of life come the same way as its frames: it must not be taken for dead
    /// because nobody reads. The next read goes on from there.
    /// </summary>
    void Listen()
    {
    }

    /// <summary>Writes frames, flushing once; one call at a time. <see cref="Abort"/> ends one that the other side does not take.</summary>
    ValueTask WriteAsync(IReadOnlyList<FrameRun> runs);

    /// <summary>Ends the connection in an orderly way, after the last write; a read that waits ends soon after.</summary>
    ValueTask CloseAsync();

    /// <summary>Ends the connection at once.</summary>
    void Abort();
}

/// <summary>What came is no frame: the other side's fault; answered with FRAME_INVALID and a close.</summary>
public sealed class FrameInvalidException(string message) : Exception(message);
