using System.Buffers;
using System.Net.Sockets;
using Chatroom.Protocol;

namespace Chatroom.Client;

/// <summary>Frames on a stream.</summary>
internal sealed class NativeConnection(IDisposable owner, Stream stream, string? fingerprint) : IFrameConnection
{
    private const int Largest = WireLimits.HeaderBytes + WireLimits.ServerBody;

    private volatile bool _disposed;
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    public string? CertificateFingerprint => fingerprint;

    public async ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken = default)
    {
        try
        {
            await stream.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw new IOException(error.Message, error);
        }
    }

    public async ValueTask<Frame?> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var sequence = new ReadOnlySequence<byte>(_buffer, _start, _end - _start);
            switch (FrameCodec.TryRead(ref sequence, static _ => WireLimits.ServerBody, out var frame))
            {
                case FrameStatus.Complete:
                    _start = _end - (int)sequence.Length;
                    return frame;
                case FrameStatus.Invalid:
                    throw new IOException("What the server sent is not a frame.");
            }

            MakeRoom();
            var read = await ReadAsync(cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                if (_disposed)
                {
                    // Disposing shuts the socket down before it closes it: that is no end in order by the server.
                    throw new IOException("The connection was disposed.");
                }

                return _end == _start ? null : throw new IOException("The connection ended within a frame.");
            }

            _end += read;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await stream.DisposeAsync().ConfigureAwait(false);
        owner.Dispose();
    }

    private async ValueTask<int> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw new IOException(error.Message, error);
        }
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 4, Largest));
        }
    }
}
