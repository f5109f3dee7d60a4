using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Chatroom.Conformance.CommandLine;

/// <summary>Someone who runs a server of their own: folders of an account without privileges, and the built executable run as that account.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class Operator : IDisposable
{
    // Root may do everything, so that nothing would be refused: "nobody", which is 65534 on Debian.
    private static readonly string[] AsNobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];

    public Operator()
    {
        if (Environment.IsPrivilegedProcess)
        {
            File.SetUnixFileMode(Folder, (UnixFileMode)0b111_111_111);
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("chatroom-operator-").FullName;

    public string Data => Path.Combine(Folder, "data");

    /// <summary>Where the key is kept when nothing is said of it.</summary>
    public string MasterKey => Path.Combine(Folder, "config", "chatroom", "master.key");

    public async Task<Run> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        return await Person.EndAsync(process);
    }

    /// <summary>A start that is refused.</summary>
    public Task<Run> RefusedAsync(params string[] arguments) => RunAsync(["serve", .. Local(arguments)]);

    public Task<Run> DoctorAsync(params string[] arguments) => RunAsync(["doctor", .. Local(arguments)]);

    /// <summary>A server that runs while something is done, and then ends as it should.</summary>
    public async Task<Run> ServeAsync(Func<string, Task>? act = null)
    {
        using var process = Start(["serve", .. Local([])]);
        var errors = process.StandardError.ReadToEndAsync();
        var output = "";
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!output.Contains("Ctrl-C stops", StringComparison.Ordinal))
        {
            output += (await process.StandardOutput.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException($"The server ended at its start.\n{output}\n{await errors}")) + "\n";
        }

        try
        {
            await (act?.Invoke(output) ?? Task.CompletedTask);
        }
        finally
        {
            using var kill = Process.Start("kill", [process.Id.ToString()]);
            await kill.WaitForExitAsync();
        }

        var rest = await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return new Run(process.ExitCode, output + rest, await errors).Ends(0);
    }

    /// <summary>Registers somebody at the server that says this of itself.</summary>
    public async Task RegisterAsync(string said) => (await RunAsync(
        "register", "--server", Said(ListeningLine(), said), "--trust", Said(FingerprintLine(), said), "--user", "olga", "--profile", Path.Combine(Folder, "profile"))).Ends(0);

    public static string Fingerprint(string said) => Said(FingerprintLine(), said);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    // What a test gives takes the place of what is usual here.
    private string[] Local(string[] given) =>
    [
        .. new[] { "--data", Data, "--listen", "127.0.0.1:0", "--http", "none", "--password-memory-kib", "64", "--password-passes", "1" }
            .Chunk(2).Where(usual => !given.Contains(usual[0])).SelectMany(usual => usual),
        .. given,
    ];

    private Process Start(string[] arguments)
    {
        string[] command = [.. Environment.IsPrivilegedProcess ? AsNobody : [], Person.Program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(Folder, "config");
        start.Environment["HOME"] = Folder;
        start.Environment["CHATROOM_PASSWORD"] = "a password of hers";
        start.Environment["LC_ALL"] = "C";
        return Process.Start(start) ?? throw new InvalidOperationException("The executable does not start.");
    }

    private static string Said(Regex line, string said) => line.Match(said).Groups[1].Value;

    [GeneratedRegex(@"listening on (\S+)")]
    private static partial Regex ListeningLine();

    [GeneratedRegex("fingerprint (SHA256:[0-9a-f]{64})")]
    private static partial Regex FingerprintLine();
}
