using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Chatroom.Conformance.Harness;

/// <summary>
/// The server that the suites talk to: one that runs already (<c>CHATROOM_TEST_SERVER=host:port</c>, with the fingerprint in
/// <c>CHATROOM_TEST_FINGERPRINT</c>), or the built executable as a process of its own with folders of its own.
/// </summary>
public sealed partial class ServerUnderTest : IAsyncDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private readonly ConcurrentQueue<string> log = new();
    private readonly string keys = Directory.CreateTempSubdirectory("chatroom-conformance-keys-").FullName;
    private Process? process;

    public static string? External => Environment.GetEnvironmentVariable("CHATROOM_TEST_SERVER");

    /// <summary>The data folder of the process that is started here.</summary>
    public string Data { get; } = Directory.CreateTempSubdirectory("chatroom-conformance-data-").FullName;

    public string Host { get; private set; } = "127.0.0.1";

    public int Port { get; private set; }

    /// <summary>The port for clients of Chatroom 2.0, where the settings ask for one.</summary>
    public int ClassicPort { get; private set; }

    /// <summary>The port for metrics, where the settings ask for one.</summary>
    public int MetricsPort { get; private set; }

    /// <summary>SHA-256 of the certificate, hexadecimal; null when not known (then any certificate is taken).</summary>
    public string? Fingerprint { get; private set; }

    /// <summary>Runs the server with the machine's ICU instead of without any.</summary>
    public bool WithIcu { get; init; }

    /// <summary>Whether the running process has ICU loaded.</summary>
    public bool HasIcu => File.ReadAllText($"/proc/{process!.Id}/maps").Contains("libicuuc", StringComparison.Ordinal);

    /// <summary>Starts the server with settings as environment variables, on the folders of the start before.</summary>
    public async Task StartAsync(params (string Name, string Value)[] settings)
    {
        if (External is { } address)
        {
            var colon = address.LastIndexOf(':');
            (Host, Port) = (address[..colon], int.Parse(address[(colon + 1)..]));
            Fingerprint = Environment.GetEnvironmentVariable("CHATROOM_TEST_FINGERPRINT")?.Replace("SHA256:", "").Replace(":", "");
            return;
        }

        var executable = Path.Combine(Repository.Root, "src", "Chatroom", "bin", Configuration, "net10.0", "chatroom");
        Assert.True(File.Exists(executable), $"Build src/Chatroom in {Configuration} first: {executable} does not exist.");
        var start = new ProcessStartInfo(executable) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (WithIcu)
        {
            // The executable is built for no ICU at all; the same assembly under another runtime configuration uses the machine's.
            var config = Path.Combine(keys, "icu.runtimeconfig.json");
            var built = await File.ReadAllTextAsync(executable + ".runtimeconfig.json");
            Assert.Contains("\"System.Globalization.Invariant\": true", built);
            await File.WriteAllTextAsync(config, built.Replace("\"System.Globalization.Invariant\": true", "\"System.Globalization.Invariant\": false"));
            start.FileName = "dotnet";
            foreach (var argument in (string[])["exec", "--runtimeconfig", config, "--depsfile", executable + ".deps.json", executable + ".dll"])
            {
                start.ArgumentList.Add(argument);
            }
        }

        string[] arguments = ["serve", "--data", Data, "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--master-key", Path.Combine(keys, "master.key")];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        await RunAsync(start, classic: settings.Any(s => s.Name == "CHATROOM_CLASSIC"), metrics: settings.Any(s => s.Name == "CHATROOM_METRICS"));
    }

    /// <summary>Asks the process to end (SIGTERM) and expects it to end well.</summary>
    public async Task StopAsync()
    {
        if (process is null)
        {
            return;
        }

        Assert.Equal(0, Kill(process.Id, SigTerm));
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"The server did not end within {Patience.TotalSeconds} s of SIGTERM.\n{Log()}");
        }

        var code = process.ExitCode;
        process.Dispose();
        process = null;
        Assert.True(code == 0, $"The server ended with exit code {code}.\n{Log()}");
    }

    /// <summary>The contract of every client: the pinned certificate, or none.</summary>
    public bool Trusts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is not null
        && (Fingerprint is null || SHA256.HashData(certificate.GetRawCertData()).SequenceEqual(Convert.FromHexString(Fingerprint)));

    /// <summary>A client for files and health, of one HTTP version, that trusts the same certificate.</summary>
    public HttpClient Http(Version version) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = Trusts },
        AllowAutoRedirect = false,
    })
    {
        BaseAddress = new Uri($"https://{Host}:{Port}"),
        DefaultRequestVersion = version,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(30),
    };

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync();
        }
        finally
        {
            Directory.Delete(Data, recursive: true);
            Directory.Delete(keys, recursive: true);
        }

        var errors = log.Where(line => line.Contains("\"level\":\"Error\"") || line.Contains("\"level\":\"Critical\"")).ToList();
        Assert.True(errors.Count == 0, "The server logged errors:\n" + string.Join('\n', errors));
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    [GeneratedRegex(@"listening on 127\.0\.0\.1:(\d+)")]
    private static partial Regex ListeningLine();

    [GeneratedRegex("fingerprint SHA256:([0-9A-Fa-f]{64})")]
    private static partial Regex FingerprintLine();

    [GeneratedRegex(@"served on 127\.0\.0\.1:(\d+)")]
    private static partial Regex ClassicLine();

    [GeneratedRegex(@"Metrics are at http://127\.0\.0\.1:(\d+)")]
    private static partial Regex MetricsLine();

    private async Task RunAsync(ProcessStartInfo start, bool classic, bool metrics)
    {
        var metricsPort = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var classicPort = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var port = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var fingerprint = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = process = new Process { StartInfo = start, EnableRaisingEvents = true };
        started.OutputDataReceived += (_, line) =>
        {
            log.Enqueue(line.Data ?? "");
            if (ListeningLine().Match(line.Data ?? "") is { Success: true } listening)
            {
                port.TrySetResult(int.Parse(listening.Groups[1].Value));
            }

            if (ClassicLine().Match(line.Data ?? "") is { Success: true } served)
            {
                classicPort.TrySetResult(int.Parse(served.Groups[1].Value));
            }

            if (MetricsLine().Match(line.Data ?? "") is { Success: true } told)
            {
                metricsPort.TrySetResult(int.Parse(told.Groups[1].Value));
            }

            if (FingerprintLine().Match(line.Data ?? "") is { Success: true } printed)
            {
                fingerprint.TrySetResult(printed.Groups[1].Value);
            }
        };
        started.ErrorDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        started.Exited += (_, _) => port.TrySetException(new InvalidOperationException($"The server ended at its start.\n{Log()}"));
        Assert.True(started.Start());
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        try
        {
            Port = await port.Task.WaitAsync(Patience);
            Fingerprint = await fingerprint.Task.WaitAsync(Patience);
            ClassicPort = classic ? await classicPort.Task.WaitAsync(Patience) : 0;
            MetricsPort = metrics ? await metricsPort.Task.WaitAsync(Patience) : 0;
        }
        catch (TimeoutException)
        {
            started.Kill();
            throw new TimeoutException($"The server did not say where it listens.\n{Log()}");
        }
    }

    private string Log() => string.Join('\n', log.TakeLast(40));
}
