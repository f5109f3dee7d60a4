using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Chatroom.Server.Diagnostics;

/// <summary>
/// Speaks to systemd as sd_notify(3) has it, without its library: lines in a datagram to the socket that NOTIFY_SOCKET names. Where nobody asks, nothing is sent.
/// </summary>
public sealed class ServiceManager : IDisposable
{
    private readonly Socket? socket;
    private readonly ILogger log;
    private readonly TimeProvider clock;

    private ServiceManager(Socket? socket, TimeSpan? patience, TimeProvider clock, ILogger log) =>
        (this.socket, Patience, this.clock, this.log) = (socket, patience, clock, log);

    /// <summary>How long systemd waits for a sign of life before it kills the server; null: it does not watch.</summary>
    public TimeSpan? Patience { get; }

    public static ServiceManager Connect(Func<string, string?> environment, ILogger log, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        if (environment("NOTIFY_SOCKET") is not { Length: > 1 } path)
        {
            return new ServiceManager(null, null, clock, log);
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            // @ stands for the zero byte of Linux' abstract names.
            socket.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? '\0' + path[1..] : path));
            return new ServiceManager(socket, Watchdog(environment), clock, log);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            log.ServiceManagerUnreachable(e);
            return new ServiceManager(null, null, clock, log);
        }
    }

    /// <summary>The server takes connections.</summary>
    public void Ready(string status) => Send($"READY=1\nSTATUS={status}\nMAINPID={Environment.ProcessId}");

    public void Stopping() => Send("STOPPING=1\nSTATUS=Stopping");

    /// <summary>
    /// Until cancelled: a sign of life at each half of <see cref="Patience"/>, but only after <paramref name="look"/> has come back, so that a server that hangs is
    /// killed and started again.
    /// </summary>
    /// <param name="look">Does a little of what the server is for; gives the status in words.</param>
    public async Task WatchAsync(Func<Task<string>> look, CancellationToken cancellation)
    {
        if (Patience is not { } patience)
        {
            return;
        }

        using var timer = new PeriodicTimer(patience / 2, clock);
        try
        {
            do
            {
                Send($"WATCHDOG=1\nSTATUS={await look().WaitAsync(cancellation)}");
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }
    }

    public void Dispose() => socket?.Dispose();

    // WATCHDOG_PID is there so that a child which inherited the variables does not answer for the service.
    private static TimeSpan? Watchdog(Func<string, string?> environment) =>
        long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0
        && (environment("WATCHDOG_PID") is not { Length: > 0 } pid || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;

    private void Send(string lines)
    {
        try
        {
            socket?.Send(Encoding.UTF8.GetBytes(lines));
        }
        catch (SocketException e)
        {
            // The server serves on; systemd will see for itself whether it missed something.
            log.ServiceManagerUnreachable(e);
        }
    }
}
