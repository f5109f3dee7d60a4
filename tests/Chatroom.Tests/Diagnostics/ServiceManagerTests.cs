using System.Net.Sockets;
using System.Text;
using Chatroom.Server.Diagnostics;
using Chatroom.Tests.Sealing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chatroom.Tests.Diagnostics;

public sealed class ServiceManagerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Socket systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
    private readonly FakeTimeProvider clock = new();

    public void Dispose()
    {
        systemd.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ready_and_stopping_are_told_on_the_socket_that_is_named(bool isAbstract)
    {
        if (isAbstract && !OperatingSystem.IsLinux())
        {
            Assert.Skip("Abstract names are Linux'.");
        }

        var name = isAbstract ? "@chatroom-test-" + Guid.NewGuid() : folder["notify"];
        systemd.Bind(new UnixDomainSocketEndPoint(isAbstract ? '\0' + name[1..] : name));
        using var manager = Connect(("NOTIFY_SOCKET", name));
        manager.Ready("Listening");
        Assert.Equal(["READY=1", "STATUS=Listening", $"MAINPID={Environment.ProcessId}"], Received());
        manager.Stopping();
        Assert.Equal("STOPPING=1", Received()[0]);
        Assert.Null(manager.Patience);
    }

    [Fact]
    public async Task A_sign_of_life_comes_at_half_the_time_and_only_after_a_look_that_came_back()
    {
        systemd.Bind(new UnixDomainSocketEndPoint(folder["notify"]));
        using var manager = Connect(("NOTIFY_SOCKET", folder["notify"]), ("WATCHDOG_USEC", "20000000"), ("WATCHDOG_PID", $"{Environment.ProcessId}"));
        using var stop = new CancellationTokenSource();
        var hanging = new TaskCompletionSource<string>();
        var looks = 0;
        var watching = manager.WatchAsync(() => ++looks == 3 ? hanging.Task : Task.FromResult($"look {looks}"), stop.Token);
        Assert.Equal(["WATCHDOG=1", "STATUS=look 1"], Received());
        clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(0, systemd.Available);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(["WATCHDOG=1", "STATUS=look 2"], Received());

        clock.Advance(TimeSpan.FromSeconds(10));
        await Support.Until.TrueAsync(() => Volatile.Read(ref looks) == 3);
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(0, systemd.Available);
        hanging.SetResult("look 3");
        Assert.Equal("STATUS=look 3", Received()[1]);
        await stop.CancelAsync();
        await watching;
    }

    [Fact]
    public async Task Without_a_service_manager_or_for_another_process_nothing_is_sent_and_nothing_fails()
    {
        using var none = Connect();
        none.Ready("x");
        await none.WatchAsync(() => throw new InvalidOperationException("nobody watches"), CancellationToken.None);
        using var gone = Connect(("NOTIFY_SOCKET", folder["no-such-socket"]), ("WATCHDOG_USEC", "1000"));
        gone.Ready("x");
        Assert.Null(gone.Patience);
        systemd.Bind(new UnixDomainSocketEndPoint(folder["notify"]));
        using var child = Connect(("NOTIFY_SOCKET", folder["notify"]), ("WATCHDOG_USEC", "1000"), ("WATCHDOG_PID", "1"));
        Assert.Null(child.Patience);
    }

    private ServiceManager Connect(params (string Name, string Value)[] environment) =>
        ServiceManager.Connect(environment.ToDictionary(e => e.Name, e => e.Value).GetValueOrDefault, NullLogger.Instance, clock);

    private string[] Received()
    {
        var bytes = new byte[4096];
        return Encoding.UTF8.GetString(bytes, 0, systemd.Receive(bytes)).Split('\n');
    }
}
