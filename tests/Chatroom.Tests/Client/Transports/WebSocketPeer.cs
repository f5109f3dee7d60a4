using System.Net.WebSockets;
using Chatroom.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Chatroom.Tests.Client.Transports;

/// <summary>A <see cref="TransportPeer"/> behind a WebSocket.</summary>
public static class WebSocketPeer
{
    /// <summary>What it does is the last part of the path.</summary>
    public static void MapPeer(this IEndpointRouteBuilder routes) => routes.Map("/peer/{what}", async (HttpContext context, string what) =>
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[WireLimits.HeaderBytes + WireLimits.ServerBody];
        try
        {
            await TransportPeer.RunAsync(
                what,
                () => ReceiveAsync(socket, buffer),
                bytes => socket.SendAsync(bytes, WebSocketMessageType.Binary, true, CancellationToken.None),
                () => socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None),
                context.Abort);
        }
        catch (WebSocketException)
        {
            // The other side has gone, which is what some cases do.
        }
    });

    private static async Task<byte[]?> ReceiveAsync(WebSocket socket, byte[] buffer)
    {
        var length = 0;
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            length += got.Count;
            if (got.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            if (got.EndOfMessage)
            {
                return buffer[..length];
            }
        }
    }
}
