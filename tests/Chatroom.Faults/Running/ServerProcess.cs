using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Chatroom.Faults.Running;

/// <summary>
/// The built executable on folders of its own, which can be killed and started again on the same data and port. Whoever uses it disposes it:
/// the process is ended by its id and the folders are removed.
/// </summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    private const int SigKill = 9;
    private const int SigTerm = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Lock Naming = new();

    private readonly ConcurrentQueue<string> log = new();
    private readonly string address;
    private readonly IReadOnlyList<string> prefix;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chatroom-faults-");
    private readonly Lock gate = new();
    private TaskCompletionSource up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? process;

    /// <param name="address">Where it listens; the port is a free one, and the same after each start.</param>
    /// <param name="prefix">A command that runs the executable, such as <c>ip netns exec NAME</c>; it must keep the process id.</param>
    public ServerProcess(string address = "127.0.0.1", params string[] prefix)
    {
        (this.address, this.prefix) = (address, prefix);
        Data = Path.Combine(folder.FullName, "data");
        Settings["CHATROOM_PASSWORD_MEMORY_KIB"] = "64";
        Settings["CHATROOM_LIMITS"] = "off";
    }

    /// <summary>Environment of the next start.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>The data folder; elsewhere than in <see cref="Aside"/>, it is not removed.</summary>
    public string Data { get; init; }

    /// <summary>A folder for whatever else belongs to the server.</summary>
    public string Aside => folder.FullName;

    public string MasterKey => Path.Combine(folder.FullName, "master.key");

    public int Port { get; private set; } = FreePort();

    /// <summary>The port of a proxy that everyone uses who asks for the address from now on.</summary>
    public int? Via { get; set; }

    public string Fingerprint { get; private set; } = "";

    /// <summary>Counts the starts.</summary>
    public int Generation { get; private set; }

    private static string Executable
    {
        get
        {
            var path = Path.Combine(Repository.Root, "src", "Chatroom", "bin", "Release", "net10.0", "chatroom");
            Assert.True(File.Exists(path), $"Build src/Chatroom in Release first: {path} does not exist.");
            return path;
        }
    }

    // Below those that systems give out by themselves (ip(7), ip_local_port_range): else somebody's connection has it when a killed server comes back.
    private static int FreePort()
    {
        while (true)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Any, Random.Shared.Next(20_000, 32_000));
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another one.
            }
        }
    }

    /// <summary>Starts it and waits until it listens.</summary>
    public async Task StartAsync()
    {
        Assert.Null(process);
        var start = Command("serve", "--listen", $"{address}:{Port}", "--http", "none");
        foreach (var (name, value) in Settings)
        {
            start.Environment[name] = value;
        }

        var listening = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var fingerprint = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = process = new Process { StartInfo = start, EnableRaisingEvents = true };
        started.OutputDataReceived += (_, line) =>
        {
            log.Enqueue(line.Data ?? "");
            if (ListeningLine().Match(line.Data ?? "") is { Success: true } match)
            {
                listening.TrySetResult(int.Parse(match.Groups[1].Value));
            }
            else if (FingerprintLine().Match(line.Data ?? "") is { Success: true } printed)
            {
                fingerprint.TrySetResult(printed.Groups[1].Value);
            }
        };
        started.ErrorDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        started.Exited += (_, _) => listening.TrySetException(new InvalidOperationException($"The server ended at its start.\n{Log()}"));
        Assert.True(started.Start());
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        Port = await listening.Task.WaitAsync(Patience);
        Fingerprint = await fingerprint.Task.WaitAsync(Patience);
        lock (gate)
        {
            Generation++;
            up.TrySetResult();
        }
    }

    /// <summary>Has the same master key as another, as where its backup is restored.</summary>
    public void TakeKeyOf(ServerProcess other) => File.Copy(other.MasterKey, MasterKey);

    /// <summary>kill -9, and waits until the process is gone. Whoever sees a connection end from now on finds <see cref="IsUp"/> false.</summary>
    public async Task KillAsync()
    {
        lock (gate)
        {
            up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        await EndAsync(SigKill);
    }

    /// <summary>SIGTERM, and expects it to end well.</summary>
    public async Task StopAsync()
    {
        lock (gate)
        {
            up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        var code = await EndAsync(SigTerm);
        Assert.True(code == 0, $"The server ended with exit code {code}.\n{Log()}");
    }

    /// <summary>Waits until the server is up and returns which start it is.</summary>
    public async Task<int> UpAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task waiting;
            lock (gate)
            {
                if (up.Task.IsCompleted)
                {
                    return Generation;
                }

                waiting = up.Task;
            }

            await waiting.WaitAsync(cancellation);
        }
    }

    /// <summary>Whether this start has neither been killed nor stopped.</summary>
    public bool IsUp(int generation)
    {
        lock (gate)
        {
            return up.Task.IsCompleted && Generation == generation;
        }
    }

    /// <summary>Runs <c>chatroom verify</c> on the data of a server that does not run.</summary>
    public Task<(int Code, string Output)> VerifyAsync()
    {
        Assert.Null(process);
        return RunAsync(Command("verify"));
    }

    /// <summary>Runs a verb of the executable with the given words and nothing else.</summary>
    public Task<(int Code, string Output)> RunAsync(params string[] words) => RunAsync(new Dictionary<string, string>(), words);

    /// <summary>The same with an environment.</summary>
    public Task<(int Code, string Output)> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] words)
    {
        string[] all = [.. prefix, Executable, .. words];
        var start = new ProcessStartInfo(all[0], all[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return RunAsync(start);
    }

    /// <summary>How the conformance suite's raw client finds this server: by the address alone, as it finds any that runs already.</summary>
    /// <param name="host">Another of its addresses than the one it listens on.</param>
    /// <param name="port">Another port that leads to it; by default <see cref="Via"/>.</param>
    public ServerUnderTest Address(string? host = null, int? port = null)
    {
        lock (Naming)
        {
            Environment.SetEnvironmentVariable("CHATROOM_TEST_SERVER", $"{host ?? address}:{port ?? Via ?? Port}");
            Environment.SetEnvironmentVariable("CHATROOM_TEST_FINGERPRINT", Fingerprint);
            try
            {
                var server = new ServerUnderTest();
                Assert.True(server.StartAsync().IsCompletedSuccessfully);
                return server;
            }
            finally
            {
                Environment.SetEnvironmentVariable("CHATROOM_TEST_SERVER", null);
                Environment.SetEnvironmentVariable("CHATROOM_TEST_FINGERPRINT", null);
            }
        }
    }

    /// <summary>A value of /proc/PID/status in KiB, such as VmRSS or VmHWM (its peak).</summary>
    public long MemoryKib(string field) => long.Parse(
        File.ReadLines($"/proc/{process!.Id}/status").Single(line => line.StartsWith(field + ":")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);

    /// <summary>The peak of the resident memory is counted from now on (proc(5), clear_refs).</summary>
    public void ForgetPeak() => File.WriteAllText($"/proc/{process!.Id}/clear_refs", "5");

    /// <summary>Everything the server has printed.</summary>
    public IEnumerable<string> Lines => log;

    /// <summary>Nothing in the log of any of its lives was an error; else all of it is shown.</summary>
    public void MustHaveNoErrors()
    {
        var errors = Errors.ToList();
        Assert.True(errors.Count == 0, "The server logged errors:\n" + string.Join('\n', errors));
    }

    /// <summary>Lines of the log with an error.</summary>
    public IEnumerable<string> Errors => log.Where(line => line.Contains("\"level\":\"Error\"") || line.Contains("\"level\":\"Critical\""));

    public string Log() => string.Join('\n', log.TakeLast(40));

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await KillAsync();
        }

        folder.Delete(recursive: true);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    [GeneratedRegex(@"listening on \S+:(\d+)")]
    private static partial Regex ListeningLine();

    [GeneratedRegex("fingerprint SHA256:([0-9A-Fa-f]{64})")]
    private static partial Regex FingerprintLine();

    private async Task<int> EndAsync(int signal)
    {
        var ending = process!;
        process = null;
        Assert.True(Kill(ending.Id, signal) == 0 || ending.HasExited);
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await ending.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            ending.Kill();
            throw new TimeoutException($"The server did not end within {Patience.TotalSeconds} s of signal {signal}.\n{Log()}");
        }

        var code = ending.ExitCode;
        ending.Dispose();
        return code;
    }

    private static async Task<(int Code, string Output)> RunAsync(ProcessStartInfo start)
    {
        using var running = Process.Start(start)!;
        var output = running.StandardOutput.ReadToEndAsync();
        var errors = running.StandardError.ReadToEndAsync();
        await running.WaitForExitAsync();
        return (running.ExitCode, await output + await errors);
    }

    private ProcessStartInfo Command(string verb, params string[] more)
    {
        string[] words = [.. prefix, Executable, verb, "--data", Data, "--master-key", MasterKey, .. more];
        return new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
    }
}
