using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Chatroom.Bench.Load;

namespace Chatroom.Bench.Running;

/// <summary>A server in a process of its own, with what it costs: processor time and memory of it and its children.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private static readonly double TicksPerSecond = 100; // USER_HZ, the unit of /proc/PID/stat: 100 on every Linux that .NET runs on.

    private readonly Process process;
    private readonly Queue<string> last = new();

    private Daemon(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Starts it and waits until it accepts connections on a port.</summary>
    public static async Task<Daemon> StartAsync(int port, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = folder ?? "" };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var daemon = new Daemon(Process.Start(start)!);
        var clock = Stopwatch.StartNew();
        while (!await AcceptsAsync(port))
        {
            if (daemon.process.HasExited || clock.Elapsed > TimeSpan.FromSeconds(60))
            {
                await Task.Delay(200);
                var words = daemon.Words();
                await daemon.DisposeAsync();
                throw new BenchException($"{program} does not accept connections on port {port}: {words}");
            }

            await Task.Delay(5);
        }

        return daemon;
    }

    /// <summary>Processor time used so far, by it and its children that live.</summary>
    public Cpu Cpu()
    {
        var (user, system) = (0L, 0L);
        foreach (var id in Family())
        {
            if (Stat(id) is { } fields)
            {
                user += long.Parse(fields[11], CultureInfo.InvariantCulture);
                system += long.Parse(fields[12], CultureInfo.InvariantCulture);
            }
        }

        return new Cpu(TimeSpan.FromSeconds(user / TicksPerSecond), TimeSpan.FromSeconds(system / TicksPerSecond));
    }

    /// <summary>Resident memory, bytes.</summary>
    public long Memory() => Family().Sum(id =>
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0; // It ended meanwhile.
        }
    });

    /// <summary>Waits until it has been quiet for half a second: presence of those who came last is told, caches are filled.</summary>
    public async Task SettleAsync()
    {
        var patience = Stopwatch.StartNew();
        while (patience.Elapsed < TimeSpan.FromSeconds(60))
        {
            var before = Cpu();
            await Task.Delay(500);
            if ((Cpu() - before).Total < TimeSpan.FromMilliseconds(40))
            {
                return;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync();
        process.Dispose();
    }

    public string Words()
    {
        lock (last)
        {
            return string.Join(" | ", last);
        }
    }

    private static async Task<bool> AcceptsAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string[]? Stat(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // It ended meanwhile.
        }
    }

    // From the third field of stat on: state, parent …
    private List<int> Family()
    {
        var parents = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Select(id => (Id: id, Stat: Stat(id))).Where(p => p.Stat is not null).ToLookup(p => int.Parse(p.Stat![1], CultureInfo.InvariantCulture), p => p.Id);
        List<int> family = [process.Id];
        for (var i = 0; i < family.Count; i++)
        {
            family.AddRange(parents[family[i]]);
        }

        return family;
    }

    private void Keep(string? line)
    {
        lock (last)
        {
            if (line is not null)
            {
                last.Enqueue(line);
                if (last.Count > 8)
                {
                    last.Dequeue();
                }
            }
        }
    }
}

/// <summary>Processor time in user and kernel mode.</summary>
internal readonly record struct Cpu(TimeSpan User, TimeSpan System)
{
    public TimeSpan Total => User + System;

    public static Cpu operator -(Cpu a, Cpu b) => new(a.User - b.User, a.System - b.System);
}
