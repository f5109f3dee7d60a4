using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Chatroom.WebTests.Harness;

/// <summary>
/// The built executable as a process with folders of its own: one for each class of tests. It can be killed without warning and started again on the same ports.
/// Derive to give it settings.
/// </summary>
public class ChatServer : IAsyncLifetime
{
    public const string Password = "correct horse battery";

    private const int SigTerm = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    public static string Executable { get; } = Path.Combine(Repository.Root, "src", "Chatroom", "bin", Configuration, "net10.0", "chatroom");

    private readonly ConcurrentQueue<string> log = new();
    private readonly string data = Directory.CreateTempSubdirectory("chatroom-web-data-").FullName;
    private readonly string keys = Directory.CreateTempSubdirectory("chatroom-web-keys-").FullName;
    private Process? process;

    /// <summary>The port with TLS.</summary>
    public int Port { get; private set; }

    /// <summary>The port without, for browsers on this computer.</summary>
    public int HttpPort { get; private set; }

    /// <summary>Who registered first, and so owns the server.</summary>
    public Account Owner { get; private set; } = null!;

    /// <summary>False where the test is about who comes first.</summary>
    protected virtual bool HasOwner => true;

    /// <summary>Talks to the port without TLS, from no page: no Origin, no cookies.</summary>
    public HttpClient Http { get; private set; } = null!;

    /// <summary>Options besides the usual: cheap hashes of passwords, no limits.</summary>
    protected virtual string[] Settings => [];

    /// <summary>Settings that hold from the second start on, when the owner has registered.</summary>
    protected virtual string[] LaterSettings => [];

    public async ValueTask InitializeAsync()
    {
        await StartAsync(Settings);
        if (HasOwner)
        {
            Owner = await RegisterAsync("Owner");
        }

        if (LaterSettings.Length > 0)
        {
            await StopAsync();
            await StartAsync([.. Settings, .. LaterSettings]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        try
        {
            await StopAsync();
        }
        finally
        {
            Directory.Delete(data, recursive: true);
            Directory.Delete(keys, recursive: true);
            Http.Dispose();
        }

        var errors = log.Where(line => line.Contains("\"level\":\"Error\"") || line.Contains("\"level\":\"Critical\"")).ToList();
        Assert.True(errors.Count == 0, "The server logged errors:\n" + string.Join('\n', errors));
    }

    /// <summary>Registers an account without a browser. The name is made unique.</summary>
    /// <param name="invite">The code of an invitation, where one is needed.</param>
    public async Task<Account> RegisterAsync(string name, string? invite = null)
    {
        name = Unique.Name(name);
        using var reply = await Http.PostAsJsonAsync("/accounts", new { name, password = Password, invite, clientId = Unique.ClientId() });
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync());
        return new Account(name, Password);
    }

    /// <summary>As when the machine loses its power: SIGKILL.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>On the folders and ports of before.</summary>
    public Task RestartAsync() => StartAsync([.. Settings, .. LaterSettings]);

    /// <summary>Makes a backup while the server runs.</summary>
    public Task BackupAsync() => RunAsync("backup", "--data", data, "--to", BackupPath);

    /// <summary>Puts the backup in the place of everything since, and starts again.</summary>
    public async Task RestoreAsync()
    {
        await StopAsync();
        Directory.Delete(data, recursive: true);
        await RunAsync("restore", BackupPath, "--data", data, "--master-key", Path.Combine(keys, "master.key"));
        await RestartAsync();
    }

    private string BackupPath => Path.Combine(keys, "backup");

    private async Task RunAsync(params string[] arguments)
    {
        using var command = Process.Start(new ProcessStartInfo(Executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, errors) = (command.StandardOutput.ReadToEndAsync(), command.StandardError.ReadToEndAsync());
        await command.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(command.ExitCode == 0, $"{arguments[0]} ended with {command.ExitCode}: {await said}{await errors}");
    }

    /// <summary>Asks the process to end (SIGTERM) and expects it to end well.</summary>
    public async Task StopAsync()
    {
        if (process is null)
        {
            return;
        }

        Assert.Equal(0, Signal.Kill(process.Id, SigTerm));
        await process.WaitForExitAsync().WaitAsync(Patience);
        var code = process.ExitCode;
        process.Dispose();
        process = null;
        Assert.True(code == 0, $"The server ended with exit code {code}.\n{Log()}");
    }

    private async Task StartAsync(string[] settings)
    {
        Assert.True(File.Exists(Executable), $"Build src/Chatroom in {Configuration} first: {Executable} does not exist.");
        string[] arguments =
        [
            "serve", "--data", data, "--master-key", Path.Combine(keys, "master.key"), "--listen", $"127.0.0.1:{Port}", "--http", $"127.0.0.1:{HttpPort}",
            "--password-memory-kib", "64", "--password-passes", "1",
            .. settings.Contains("--limits") ? settings : [.. settings, "--limits", "off"],
        ];
        var listening = new TaskCompletionSource<(int Port, int Http)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var port = 0;
        var started = process = new Process
        {
            StartInfo = new ProcessStartInfo(Executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true },
            EnableRaisingEvents = true,
        };
        started.OutputDataReceived += (_, line) =>
        {
            log.Enqueue(line.Data ?? "");
            if (Lines.Listening().Match(line.Data ?? "") is { Success: true } found)
            {
                port = int.Parse(found.Groups[1].Value);
            }

            if (Lines.Page().Match(line.Data ?? "") is { Success: true } page)
            {
                listening.TrySetResult((port, int.Parse(page.Groups[1].Value)));
            }
        };
        started.ErrorDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        started.Exited += (_, _) => listening.TrySetException(new InvalidOperationException($"The server ended at its start.\n{Log()}"));
        Assert.True(started.Start());
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        try
        {
            (Port, HttpPort) = await listening.Task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            started.Kill();
            throw new TimeoutException($"The server did not say where it listens.\n{Log()}");
        }

        Http ??= new HttpClient { BaseAddress = new Uri($"http://localhost:{HttpPort}"), Timeout = TimeSpan.FromSeconds(30) };
    }

    private string Log() => string.Join('\n', log.TakeLast(40));
}

/// <param name="Name">Unique on its server.</param>
public sealed record Account(string Name, string Password);

/// <summary>What the server prints at its start.</summary>
internal static partial class Lines
{
    [GeneratedRegex(@"listening on 127\.0\.0\.1:(\d+)")]
    public static partial Regex Listening();

    [GeneratedRegex(@"Open http://localhost:(\d+)")]
    public static partial Regex Page();
}

internal static partial class Signal
{
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);
}
