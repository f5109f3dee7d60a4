using System.Threading.Channels;
using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Tests.Client;

/// <summary>A server in memory whose every frame a test writes: nothing answers by itself.</summary>
internal sealed class ScriptedServer : ITransport
{
    private readonly Channel<ScriptedConnection> _accepted = Channel.CreateUnbounded<ScriptedConnection>();

    /// <summary>Thrown by connecting, while set.</summary>
    public Exception? Refusal { get; set; }

    public int Connections { get; private set; }

    public Task<IFrameConnection> ConnectAsync(CancellationToken cancellationToken = default)
    {
        Connections++;
        if (Refusal is { } refusal)
        {
            return Task.FromException<IFrameConnection>(refusal);
        }

        var connection = new ScriptedConnection();
        _accepted.Writer.TryWrite(connection);
        return Task.FromResult<IFrameConnection>(connection);
    }

    public async Task<ScriptedConnection> AcceptAsync() => await _accepted.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);
}

/// <summary>A request as the server got it.</summary>
internal sealed record Asked<T>(uint RequestId, T Body);

internal sealed class ScriptedConnection : IFrameConnection
{
    private readonly Channel<Frame> _toClient = Channel.CreateUnbounded<Frame>();
    private readonly Channel<Frame> _toServer = Channel.CreateUnbounded<Frame>();

    public string? CertificateFingerprint => null;

    public bool IsDisposed { get; private set; }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken = default)
    {
        var bytes = new System.Buffers.ReadOnlySequence<byte>(frame);
        Assert.Equal(FrameStatus.Complete, FrameCodec.TryRead(ref bytes, _ => WireLimits.LoginBody, out var read));
        if (!_toServer.Writer.TryWrite(read))
        {
            throw new IOException("The connection is cut.");
        }

        await ValueTask.CompletedTask;
    }

    public async ValueTask<Frame?> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _toClient.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new IOException("The connection is cut.");
        }
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        _toServer.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    /// <summary>The next request, which must be of this code.</summary>
    public async Task<Asked<T>> ExpectAsync<T>(Code code)
    {
        var frame = await _toServer.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);
        Assert.Equal(code, frame.Code);
        return new Asked<T>(frame.RequestId, WireJson.Read<T>(frame.Body.Span));
    }

    /// <summary>Whether the client has sent anything that was not yet expected.</summary>
    public bool HasRequest => _toServer.Reader.TryPeek(out _);

    public void Send<T>(Code code, T body, uint requestId = 0) =>
        Assert.True(_toClient.Writer.TryWrite(new Frame(code, requestId, WireJson.Write(body))));

    /// <summary>The network is gone: what was not received is lost.</summary>
    public void Cut()
    {
        _toServer.Writer.TryComplete();
        _toClient.Writer.TryComplete();
    }
}
