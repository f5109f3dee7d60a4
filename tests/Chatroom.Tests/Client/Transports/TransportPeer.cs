using Chatroom.Protocol;

namespace Chatroom.Tests.Client.Transports;

/// <summary>The other end of a connection, which does what a case of the contract wants.</summary>
public static class TransportPeer
{
    /// <summary>Sends back what comes, until the other side ends it.</summary>
    public const string Echo = "echo";

    /// <summary>After the first frame: many, without a pause, and then the end in order.</summary>
    public const string Burst = "burst";

    /// <summary>Answers a frame; with the next the connection breaks.</summary>
    public const string Cut = "cut";

    /// <summary>Answers a frame; the next one with a length that no frame has.</summary>
    public const string Garbage = "garbage";

    /// <summary>Answers a frame; the next one with a body one byte above the bound.</summary>
    public const string TooLarge = "too-large";

    public const uint BurstFrames = 300;

    /// <summary>The same bytes at both ends.</summary>
    public static byte[] Body(int size)
    {
        var body = new byte[size];
        new Random(size).NextBytes(body);
        return body;
    }

    /// <param name="receive">A whole frame; null at the end.</param>
    /// <param name="close">Ends the connection in order.</param>
    /// <param name="cut">Ends it so that the other side knows it as broken.</param>
    public static async Task RunAsync(string what, Func<Task<byte[]?>> receive, Func<byte[], Task> send, Func<Task> close, Action cut)
    {
        for (var count = 1; await receive() is { } frame; count++)
        {
            if (what == Burst)
            {
                for (uint id = 0; id < BurstFrames; id++)
                {
                    await send(FrameCodec.Write(Code.History, id, Body((int)id * 10)));
                }

                await close();
                return;
            }

            if (count == 1 || what == Echo)
            {
                await send(frame);
            }
            else if (what == Cut)
            {
                cut();
                return;
            }
            else
            {
                await send(what == TooLarge ? FrameCodec.Write(Code.History, 2, new byte[WireLimits.ServerBody + 1]) : [0xff, 0xff, 0xff, 0xff]);
            }
        }
    }
}
