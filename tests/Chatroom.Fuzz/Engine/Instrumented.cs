using System.Diagnostics;
using SharpFuzz;

namespace Chatroom.Fuzz.Engine;

/// <summary>A copy of this program whose product assemblies write down every branch they take.</summary>
internal static class Instrumented
{
    /// <summary>First word of the command line of the copy.</summary>
    public const string Inside = "fuzz-instrumented";

    private static readonly string[] Assemblies = ["Chatroom.Protocol.dll", "Chatroom.Server.dll", "Chatroom.Client.dll"];

    /// <summary>Makes the copy; whoever asked removes it.</summary>
    public static DirectoryInfo Make()
    {
        var copy = Directory.CreateTempSubdirectory("chatroom-fuzz-");
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(copy.FullName, Path.GetRelativePath(AppContext.BaseDirectory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        foreach (var assembly in Assemblies)
        {
            Fuzzer.Instrument(Path.Combine(copy.FullName, assembly), _ => true, Options.Value).Count();
        }

        return copy;
    }

    /// <summary>Runs one target in the copy; its output is this program's.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(DirectoryInfo copy, string target, int seconds, string folder)
    {
        var program = Path.Combine(copy.FullName, Path.GetFileName(Environment.ProcessPath!));
        using var process = Process.Start(new ProcessStartInfo(program, [Inside, target, $"{seconds}", folder]))!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
