using System.Text;
using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Cli.Connecting;

/// <summary>
/// A transport that puts a client id of the caller's in the place of the one the SDK made, and back: a script that tries again must name the
/// same id over several runs of the program, and the SDK makes a new one in each. For one send or one upload in a process.
/// </summary>
internal sealed class GivenClientId(ITransport transport, string id) : ITransport
{
    private readonly byte[] _given = Encoding.ASCII.GetBytes(id);
    private byte[]? _made;

    public async Task<IFrameConnection> ConnectAsync(CancellationToken cancellationToken = default) =>
        new Connection(this, await transport.ConnectAsync(cancellationToken));

    private ReadOnlyMemory<byte> Outgoing(ReadOnlyMemory<byte> bytes)
    {
        var frame = bytes[WireLimits.HeaderBytes..].Span;
        _made ??= ((Code)(bytes.Span[4] << 8 | bytes.Span[5])) switch
        {
            Code.SendMessage => Bytes(WireJson.Read<SendMessageRequest>(frame).ClientId),
            Code.SendEmoji => Bytes(WireJson.Read<SendEmojiRequest>(frame).ClientId),
            Code.SendFile => Bytes(WireJson.Read<SendFileRequest>(frame).ClientId),
            _ => null,
        };
        return _made is null ? bytes : Replace(bytes, _made, _given);
    }

    private Frame Incoming(Frame frame) => _made is null ? frame : frame with { Body = Replace(frame.Body, _given, _made) };

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.ASCII.GetBytes(text);

    // Both ids have 32 digits, so no length changes; 128 random bits do not occur by chance.
    private static ReadOnlyMemory<byte> Replace(ReadOnlyMemory<byte> bytes, byte[] old, byte[] other)
    {
        if (bytes.Span.IndexOf(old) < 0)
        {
            return bytes;
        }

        var copy = bytes.ToArray();
        for (var at = copy.AsSpan().IndexOf(old); at >= 0; at = copy.AsSpan().IndexOf(old))
        {
            other.CopyTo(copy.AsSpan(at));
        }

        return copy;
    }

    private sealed class Connection(GivenClientId owner, IFrameConnection inner) : IFrameConnection
    {
        public string? CertificateFingerprint => inner.CertificateFingerprint;

        public ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken = default) =>
            inner.SendAsync(owner.Outgoing(frame), cancellationToken);

        public async ValueTask<Frame?> ReceiveAsync(CancellationToken cancellationToken = default) =>
            await inner.ReceiveAsync(cancellationToken) is { } frame ? owner.Incoming(frame) : null;

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
