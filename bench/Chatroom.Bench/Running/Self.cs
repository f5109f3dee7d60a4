using System.Diagnostics;
using System.Globalization;
using Chatroom.Bench.Load;

namespace Chatroom.Bench.Running;

/// <summary>This executable as a process of its own: the floors are measured as the servers are, from outside.</summary>
internal static class Self
{
    private static readonly string Path = System.IO.Path.Combine(AppContext.BaseDirectory, "Chatroom.Bench");

    /// <summary>Starts one of the floors that listen.</summary>
    public static Task<Daemon> ListenAsync(int port, string verb, string folder) => Daemon.StartAsync(port, Path, [verb, port.ToString(CultureInfo.InvariantCulture), folder]);

    /// <summary>Runs one of the floors that end by themselves.</summary>
    /// <returns>The numbers it printed, by name.</returns>
    public static async Task<IReadOnlyDictionary<string, double>> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=')).ToDictionary(pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture))
            : throw new BenchException($"{string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
    }
}
