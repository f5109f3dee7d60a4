using System.Diagnostics;

namespace Chatroom.Faults.Silence;

/// <summary>
/// A network namespace for the server, joined to the test's by pairs of virtual interfaces, each of which can be cut. Everything is removed at the
/// end, also when making it failed half-way.
/// </summary>
public sealed class CutNetwork : IAsyncDisposable
{
    private const string OuterMac = "02:00:00:00:00:01";
    private const string NobodysMac = "02:00:00:00:00:fe";

    /// <summary>/30 networks in 198.18.0.0/15, the range for benchmarks (RFC 2544), which no real network uses.</summary>
    private const int Networks = 1 << 15;

    private static int made;

    private readonly List<string> links = [];
    private readonly int number = (Environment.ProcessId * 128) + (Interlocked.Increment(ref made) * 8);

    private string Name => $"chatroom-{number}";

    /// <summary>What runs a command inside.</summary>
    public string[] Inside => ["ip", "netns", "exec", Name];

    /// <summary>Whether namespaces can be made here; if not, why.</summary>
    public static async Task<string?> RefusalAsync()
    {
        await using var trial = new CutNetwork();
        try
        {
            await trial.MakeAsync(0);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return e.Message;
        }
    }

    /// <summary>Makes the namespace with so many links.</summary>
    /// <exception cref="InvalidOperationException">The system does not permit it, in its own words.</exception>
    public async Task MakeAsync(int count)
    {
        await IpAsync("netns", "add", Name);
        await IpAsync("-n", Name, "link", "set", "lo", "up");
        for (var i = 0; i < count; i++)
        {
            var (outer, inner) = ($"cro{number + i}", $"cri{number + i}");
            await IpAsync("link", "add", outer, "address", OuterMac, "type", "veth", "peer", "name", inner, "netns", Name);
            links.Add(outer);
            await IpAsync("addr", "add", $"{Outer(i)}/30", "dev", outer);
            await IpAsync("link", "set", outer, "up");
            await IpAsync("-n", Name, "addr", "add", $"{Address(i)}/30", "dev", inner);
            await IpAsync("-n", Name, "link", "set", inner, "up");

            // Known for good: behind a router the server would not learn from the address resolution either that the other side is gone.
            await IpAsync("-n", Name, "neigh", "replace", Outer(i), "lladdr", OuterMac, "dev", inner, "nud", "permanent");
        }
    }

    /// <summary>The server's address on a link.</summary>
    public string Address(int link) => Host(link, 1);

    /// <summary>The line is cut somewhere on the way: every packet vanishes, in both directions, and neither side is told.</summary>
    public async Task CutAsync(int link)
    {
        await IpAsync("-n", Name, "neigh", "replace", Outer(link), "lladdr", NobodysMac, "dev", Inner(link), "nud", "permanent");
        await IpAsync("neigh", "replace", Address(link), "lladdr", NobodysMac, "dev", links[link], "nud", "permanent");
    }

    /// <summary>The cable is pulled: the interfaces of both sides notice, the connections are not told.</summary>
    public Task PullAsync(int link) => IpAsync("link", "set", links[link], "down");

    public async ValueTask DisposeAsync()
    {
        foreach (var link in links)
        {
            await RunAsync("link", "del", link);
        }

        await RunAsync("netns", "del", Name);
    }

    private string Outer(int link) => Host(link, 2);

    private string Inner(int link) => links[link].Replace('o', 'i');

    private string Host(int link, int host)
    {
        var address = (4 * ((number + link) % Networks)) + host;
        return $"198.{18 + (address >> 16)}.{(address >> 8) & 255}.{address & 255}";
    }

    private static async Task IpAsync(params string[] arguments)
    {
        var (code, said) = await RunAsync(arguments);
        if (code != 0)
        {
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {said.Trim()}");
        }
    }

    private static async Task<(int Code, string Said)> RunAsync(params string[] arguments)
    {
        using var ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var errors = ip.StandardError.ReadToEndAsync();
        var output = ip.StandardOutput.ReadToEndAsync();
        await ip.WaitForExitAsync();
        return (ip.ExitCode, await errors + await output);
    }
}
