using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Chatroom.Bench;

/// <summary>A workload's table for people and its rounds for programs, with the command and the machine they are from.</summary>
internal static class Results
{
    private static readonly string[] Peers = ["inspircd", "ngircd", "ejabberd", "prosody", "mosquitto", "nats-server"];

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(string folder, string id, string table, string command, IReadOnlyList<Result> results)
    {
        Directory.CreateDirectory(folder);
        var (machine, peers) = (Machine(), await VersionsAsync());
        await File.WriteAllTextAsync(Path.Combine(folder, $"{id}.md"), $"{table}\n`{command}`, {DateTime.UtcNow:yyyy-MM-dd}. {machine}. Peers: {peers}.\n");
        var raw = new
        {
            Workload = id,
            Command = command,
            Date = $"{DateTime.UtcNow:yyyy-MM-dd}",
            Machine = machine,
            Peers = peers,
            Contenders = results.Select(r => new
            {
                Name = r.Contender,
                r.Failure,
                Rounds = r.Rounds.Select(f => f is null ? null : new { Figures = f.All.Select(x => new { x.Name, x.Unit, x.Value }), f.Notes }),
            }),
        };
        await File.WriteAllTextAsync(Path.Combine(folder, $"{id}.json"), JsonSerializer.Serialize(raw, Readable) + "\n");
    }

    private static string Machine()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
        return $"{Environment.ProcessorCount} × {model}, Linux {Environment.OSVersion.Version}, {RuntimeInformation.FrameworkDescription}";
    }

    // As Debian's package manager has them; elsewhere nobody knows.
    private static async Task<string> VersionsAsync()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("dpkg-query", ["-W", "-f", "${Package} ${Version}, ", .. Peers]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var text = await process.StandardOutput.ReadToEndAsync();
            await errors;
            await process.WaitForExitAsync();
            return text.Trim(' ', ',');
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "of unknown versions";
        }
    }
}
