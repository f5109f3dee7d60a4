using System.Diagnostics;

namespace Chatroom.Faults.Silence;

/// <summary>
/// A network namespace for the server, joined to the test's by pairs of virtual interfaces, each of which can be cut: no packet comes through any
/// more, and neither side is told. Everything is removed at the end, also when making it failed half-way.
/// </summary>
public sealed class CutNetwork : IAsyncDisposable
{
    private readonly List<string> links = [];
    private readonly string name = $"chatroom-{Environment.ProcessId}-{Unique.Word()[..4]}";

    /// <summary>What runs a command inside.</summary>
    public string[] Inside => ["ip", "netns", "exec", name];

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
        await IpAsync("netns", "add", name);
        await IpAsync("-n", name, "link", "set", "lo", "up");
        for (var i = 0; i < count; i++)
        {
            var (outer, inner) = ($"cr{Environment.ProcessId % 100_000}o{i}", $"cr{Environment.ProcessId % 100_000}i{i}");
            await IpAsync("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", name);
            links.Add(outer);
            await IpAsync("addr", "add", $"{Outer(i)}/30", "dev", outer);
            await IpAsync("link", "set", outer, "up");
            await IpAsync("-n", name, "addr", "add", $"{Address(i)}/30", "dev", inner);
            await IpAsync("-n", name, "link", "set", inner, "up");

            // Known for good: behind a router the server would not learn from the address resolution either that the other side is gone.
            var mac = (await File.ReadAllTextAsync($"/sys/class/net/{outer}/address")).Trim();
            await IpAsync("-n", name, "neigh", "replace", Outer(i), "lladdr", mac, "dev", inner, "nud", "permanent");
        }
    }

    /// <summary>The server's address on a link (of the range for benchmarks, RFC 2544, which no real network uses).</summary>
    public string Address(int link) => $"198.18.77.{(4 * link) + 1}";

    public Task CutAsync(int link) => IpAsync("link", "set", links[link], "down");

    public async ValueTask DisposeAsync()
    {
        foreach (var link in links)
        {
            await RunAsync("link", "del", link);
        }

        await RunAsync("netns", "del", name);
    }

    private static string Outer(int link) => $"198.18.77.{(4 * link) + 2}";

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
