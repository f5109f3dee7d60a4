using Chatroom.Client;
using Chatroom.Protocol;

namespace Chatroom.Tests.Client.Transports;

/// <summary>
/// What every <see cref="ITransport"/> keeps to, whatever carries it. Without any test framework, for the same source runs in a browser, too (tests/BrowserContract).
/// </summary>
public static class TransportContract
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Each with what the <see cref="TransportPeer"/> at the other end does.</summary>
    public static IReadOnlyDictionary<string, (string Peer, Func<ITransport, Task> Run)> Cases { get; } =
        new Dictionary<string, (string, Func<ITransport, Task>)>(StringComparer.Ordinal)
        {
            ["Frames of any size go and come"] = (TransportPeer.Echo, FramesGoAndComeAsync),
            ["Frames come in their order and the end is null"] = (TransportPeer.Burst, FramesKeepOrderAsync),
            ["A receive waits for its frame"] = (TransportPeer.Echo, ReceiveWaitsAsync),
            ["A cut is an IOException"] = (TransportPeer.Cut, connection => EndsAsync<IOException>(connection)),
            ["What is no frame is an IOException"] = (TransportPeer.Garbage, connection => EndsAsync<IOException>(connection)),
            ["A frame above the bound is an IOException"] = (TransportPeer.TooLarge, connection => EndsAsync<IOException>(connection)),
            ["Disposing ends a receive"] = (TransportPeer.Echo, DisposeEndsReceiveAsync),
            ["Cancelling ends a receive"] = (TransportPeer.Echo, CancelEndsReceiveAsync),
            ["Nothing goes after disposing"] = (TransportPeer.Echo, DisposedSendsNothingAsync),
            ["A cancelled connect is cancelled"] = (TransportPeer.Echo, ConnectIsCancelledAsync),
        };

    private static async Task FramesGoAndComeAsync(ITransport transport)
    {
        await using var connection = await ConnectAsync(transport);
        uint id = 0;
        foreach (var size in (int[])[0, 1, 1000, 16 * 1024, 64 * 1024, WireLimits.ServerBody - 1, WireLimits.ServerBody, 2])
        {
            var body = TransportPeer.Body(size);
            await connection.SendAsync(FrameCodec.Write(Code.History, ++id, body)).AsTask().WaitAsync(Limit);
            var frame = await ReceiveAsync(connection) ?? throw new ContractException("The connection ended.");
            Check(frame.Code == Code.History && frame.RequestId == id, $"Another frame came than {id}.");
            Check(frame.Body.Span.SequenceEqual(body), $"A body of {size} bytes came back as another.");
        }
    }

    private static async Task FramesKeepOrderAsync(ITransport transport)
    {
        await using var connection = await ConnectAsync(transport);
        await connection.SendAsync(FrameCodec.Write(Code.Ping, 1, "{}"u8));
        for (uint id = 0; id < TransportPeer.BurstFrames; id++)
        {
            var frame = await ReceiveAsync(connection) ?? throw new ContractException($"The connection ended before frame {id}.");
            Check(frame.RequestId == id, $"Frame {frame.RequestId} came in place of {id}.");
            Check(frame.Body.Span.SequenceEqual(TransportPeer.Body((int)id * 10)), $"Frame {id} has another body.");
        }

        Check(await ReceiveAsync(connection) is null, "A frame came after the last.");
    }

    private static async Task ReceiveWaitsAsync(ITransport transport)
    {
        await using var connection = await ConnectAsync(transport);
        var receiving = ReceiveAsync(connection);
        await Task.Delay(100);
        Check(!receiving.IsCompleted, "Something was received before anything came.");
        await connection.SendAsync(FrameCodec.Write(Code.Ping, 7, "{}"u8));
        Check((await receiving)?.RequestId == 7, "Another frame came.");
    }

    /// <summary>One frame comes, and then that.</summary>
    private static async Task EndsAsync<T>(ITransport transport)
        where T : Exception
    {
        await using var connection = await ConnectAsync(transport);
        await connection.SendAsync(FrameCodec.Write(Code.Ping, 1, "{}"u8));
        Check((await ReceiveAsync(connection))?.RequestId == 1, "The first frame did not come.");
        await connection.SendAsync(FrameCodec.Write(Code.Ping, 2, "{}"u8));
        await ThrowsAsync<T>(ReceiveAsync(connection));
    }

    private static async Task DisposeEndsReceiveAsync(ITransport transport)
    {
        var connection = await ConnectAsync(transport);
        var receiving = ReceiveAsync(connection);
        await connection.DisposeAsync();
        await ThrowsAsync<IOException>(receiving);
        await connection.DisposeAsync();
    }

    private static async Task CancelEndsReceiveAsync(ITransport transport)
    {
        await using var connection = await ConnectAsync(transport);
        using var stop = new CancellationTokenSource();
        var receiving = connection.ReceiveAsync(stop.Token).AsTask().WaitAsync(Limit);
        await stop.CancelAsync();
        await ThrowsAsync<OperationCanceledException>(receiving);
    }

    private static async Task DisposedSendsNothingAsync(ITransport transport)
    {
        var connection = await ConnectAsync(transport);
        await connection.DisposeAsync();
        await ThrowsAsync<IOException>(SendAsync(connection));
        await ThrowsAsync<IOException>(ReceiveAsync(connection));
    }

    private static async Task ConnectIsCancelledAsync(ITransport transport) =>
        await ThrowsAsync<OperationCanceledException>(transport.ConnectAsync(new CancellationToken(true)).WaitAsync(Limit));

    private static async Task SendAsync(IFrameConnection connection) => await connection.SendAsync(FrameCodec.Write(Code.Ping, 1, "{}"u8));

    private static Task<IFrameConnection> ConnectAsync(ITransport transport) => transport.ConnectAsync().WaitAsync(Limit);

    private static async Task<Frame?> ReceiveAsync(IFrameConnection connection) => await connection.ReceiveAsync().AsTask().WaitAsync(Limit);

    private static async Task ThrowsAsync<T>(Task task)
        where T : Exception
    {
        try
        {
            await task;
        }
        catch (T)
        {
            return;
        }

        throw new ContractException($"No {typeof(T).Name} was thrown.");
    }

    private static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ContractException(otherwise);
        }
    }
}

/// <summary>A transport does not keep to the contract.</summary>
public sealed class ContractException(string message) : Exception(message);
