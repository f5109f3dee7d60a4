using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.Abuse;

/// <summary>Connections from other addresses of this computer: what is counted by address is counted apart.</summary>
internal static class Strangers
{
    public static async Task<Conversation> OpenAsync(ServerUnderTest server, string from)
    {
        var socket = await ConnectAsync(server, from);
        return new Conversation(new NativeChannel(socket, await SecureAsync(server, socket, "chatroom/3")));
    }

    public static async Task<TcpClient> ConnectAsync(ServerUnderTest server, string from)
    {
        var socket = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0)) { NoDelay = true };
        await socket.ConnectAsync(server.Host, server.Port);
        return socket;
    }

    public static async Task<SslStream> SecureAsync(ServerUnderTest server, TcpClient socket, string protocol)
    {
        var stream = new SslStream(socket.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = server.Host,
            ApplicationProtocols = [new SslApplicationProtocol(protocol)],
            RemoteCertificateValidationCallback = server.Trusts,
        });
        return stream;
    }

    /// <summary>A refusal for being too much names the time to wait.</summary>
    public static bool IsThrottled(RawFrame reply)
    {
        if (reply.Code != Wire.TooManyRequests)
        {
            return false;
        }

        Assert.True(reply.Body.Number("retryAfterMs") > 0);
        Assert.NotEmpty(reply.Body.Text("text"));
        return true;
    }
}
