using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Chatroom.Tests.Client.Transports;

/// <summary>A <see cref="TransportPeer"/> on TLS, for one connection.</summary>
internal sealed class NativePeer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private readonly string _what;

    public NativePeer(X509Certificate2 certificate, string what)
    {
        (_certificate, _what) = (certificate, what);
        _listener.Start();
        _ = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    private async Task RunAsync()
    {
        try
        {
            using var client = await _listener.AcceptTcpClientAsync();
            await using var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = _certificate,
                ApplicationProtocols = [new SslApplicationProtocol("chatroom/3")],
            });
            await TransportPeer.RunAsync(
                _what, () => ReceiveAsync(stream), bytes => stream.WriteAsync(bytes).AsTask(), stream.ShutdownAsync, () => client.Client.Close(0));
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
        {
            // The other side has gone, or never came, which is what some cases do.
        }
    }

    private static async Task<byte[]?> ReceiveAsync(SslStream stream)
    {
        var start = new byte[4];
        if (await stream.ReadAtLeastAsync(start, 4, throwOnEndOfStream: false) < 4)
        {
            return null;
        }

        var frame = new byte[4 + BinaryPrimitives.ReadUInt32BigEndian(start)];
        start.CopyTo(frame, 0);
        await stream.ReadExactlyAsync(frame.AsMemory(4));
        return frame;
    }
}
