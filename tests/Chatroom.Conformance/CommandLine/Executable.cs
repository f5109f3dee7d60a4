using System.Diagnostics;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.CommandLine;

/// <summary>What a run of the executable came to.</summary>
public sealed record Run(int ExitCode, string Output, string Errors)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The output, when the exit code is the expected one.</summary>
    public Run Ends(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"Exit code {ExitCode} instead of {exitCode}.\n{Output}\n{Errors}");
        return this;
    }
}

/// <summary>One person at one machine: a profile folder of their own, and the built executable run with it.</summary>
public sealed class Person(ServerUnderTest server, string name) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private Process? terminal;

    /// <summary>The built executable.</summary>
    public static string Program { get; } = Path.Combine(Repository.Root, "src", "Chatroom", "bin", Configuration, "net10.0", "chatroom");

    public string Name { get; } = name;

    public string Password { get; set; } = Unique.Password();

    public string Folder { get; } = Directory.CreateTempSubdirectory("chatroom-cli-").FullName;

    /// <summary>Variables besides the usual ones.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public Task<Run> RunAsync(params string[] arguments) => PipeAsync("", arguments);

    /// <summary>Runs with a text as standard input.</summary>
    public async Task<Run> PipeAsync(string input, params string[] arguments)
    {
        using var process = Start(arguments);
        return await EndAsync(process, input);
    }

    public Process Start(params string[] arguments) => Start(Program, arguments);

    /// <summary>Runs at a terminal of its own, for questions that only a person is asked; what is typed and shown goes through the process's pipes.</summary>
    public Process StartAtTerminal(string arguments) => terminal = Start("script", ["-qec", $"{Program} {arguments}", "/dev/null"]);

    private Process Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["CHATROOM_SERVER"] = $"{server.Host}:{server.Port}";
        start.Environment["CHATROOM_PROFILE"] = Path.Combine(Folder, "profile");
        start.Environment["CHATROOM_USER"] = Name;
        start.Environment["CHATROOM_PASSWORD"] = Password;
        start.Environment["CHATROOM_TRUST"] = server.Fingerprint ?? "";
        start.Environment["LC_ALL"] = "C";
        foreach (var (variable, value) in Environment)
        {
            start.Environment[variable] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException("The executable does not start.");
    }

    public static async Task<Run> EndAsync(Process process, string input = "")
    {
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"`{string.Join(' ', process.StartInfo.ArgumentList)}` did not end within {Patience.TotalSeconds} s.\n{await output}\n{await errors}");
        }

        return new Run(process.ExitCode, await output, await errors);
    }

    public void Dispose()
    {
        // One that a failed test has left at a question.
        terminal?.Kill(entireProcessTree: true);
        terminal?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
