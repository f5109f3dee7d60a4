using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Chatroom.Server.Connections;

/// <summary>
/// Under a WebSocket: while it gathers, what is written waits in one buffer and leaves in one write. .NET's WebSocket writes and flushes each message by itself, which
/// for a burst costs a TLS record and a packet for every message (docs/PERFORMANCE.md).
/// </summary>
internal sealed class GatheringStream(Stream inner) : Stream
{
    private const int Most = 16 * 1024;

    // Beside the one who gathers, the WebSocket's own pings are written from a timer.
    private readonly SemaphoreSlim turn = new(1);
    private byte[]? gathered;
    private int length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException("A connection has no length.");

    public override long Position
    {
        get => throw new NotSupportedException("A connection has no position.");
        set => throw new NotSupportedException("A connection has no position.");
    }

    /// <summary>Lets every WebSocket of the application be accepted on such a stream.</summary>
    public static Task UseAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
        {
            http.Features.Set<IHttpUpgradeFeature>(new Upgrade(http, upgrade));
        }

        if (http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            http.Features.Set<IHttpExtendedConnectFeature>(new Connect(http, connect));
        }

        return next(http);
    }

    /// <summary>The stream of an accepted WebSocket.</summary>
    public static GatheringStream Of(HttpContext http) => (GatheringStream)http.Items[typeof(GatheringStream)]!;

    /// <summary>From here on writes wait for <see cref="ReleaseAsync"/>, or until a buffer is full. A ping may be waiting for the socket: nobody blocks for it.</summary>
    public async ValueTask GatherAsync()
    {
        await turn.WaitAsync();
        gathered ??= ArrayPool<byte>.Shared.Rent(Most);
        turn.Release();
    }

    /// <summary>Writes what was gathered; from here on writes go straight on.</summary>
    public async ValueTask ReleaseAsync()
    {
        await turn.WaitAsync();
        try
        {
            await WriteGatheredAsync(CancellationToken.None);
        }
        finally
        {
            if (gathered is { } buffer)
            {
                (gathered, length) = (null, 0);
                ArrayPool<byte>.Shared.Return(buffer);
            }

            turn.Release();
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (gathered is null)
            {
                await inner.WriteAsync(buffer, cancellationToken);
                return;
            }

            if (length + buffer.Length > gathered.Length)
            {
                await WriteGatheredAsync(cancellationToken);
            }

            if (buffer.Length > gathered.Length)
            {
                await inner.WriteAsync(buffer, cancellationToken);
                return;
            }

            buffer.Span.CopyTo(gathered.AsSpan(length));
            length += buffer.Length;
        }
        finally
        {
            turn.Release();
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // The streams below flush with each write.
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.ReadAsync(buffer, offset, count, cancellationToken);

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A thread that handles sockets must not block.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A thread that handles sockets must not block.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A connection has no position.");

    public override void SetLength(long value) => throw new NotSupportedException("A connection has no length.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask WriteGatheredAsync(CancellationToken cancellation)
    {
        if (length > 0)
        {
            var ready = length;
            length = 0;
            await inner.WriteAsync(gathered.AsMemory(0, ready), cancellation);
        }
    }

    private static GatheringStream Keep(HttpContext http, Stream inner)
    {
        var stream = new GatheringStream(inner);
        http.Items[typeof(GatheringStream)] = stream;
        return stream;
    }

    private sealed class Upgrade(HttpContext http, IHttpUpgradeFeature upgrade) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => upgrade.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync() => Keep(http, await upgrade.UpgradeAsync());
    }

    private sealed class Connect(HttpContext http, IHttpExtendedConnectFeature connect) : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => connect.IsExtendedConnect;

        public string? Protocol => connect.Protocol;

        public async ValueTask<Stream> AcceptAsync() => Keep(http, await connect.AcceptAsync());
    }
}
