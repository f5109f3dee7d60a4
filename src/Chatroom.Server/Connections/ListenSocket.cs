using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Chatroom.Server.Connections;

/// <summary>Listening sockets whose connections are known to be dead soon after the other side has gone without a word.</summary>
internal static class ListenSocket
{
    /// <summary>A bound socket. Its options are inherited by accepted ones on Linux: a connection that dies without a word is known within 15 s.</summary>
    /// <exception cref="SocketException">The address is in use or not this machine's.</exception>
    public static Socket Create(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 3);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 1);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 4);
        return socket;
    }
}
