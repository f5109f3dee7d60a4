using Chatroom.Fuzz.Engine;

namespace Chatroom.Fuzz;

/// <summary>The tests; with <c>fuzz</c> as the first word the fuzzer, see README.md.</summary>
internal static class Program
{
    public static int Main(string[] args) => args switch
    {
        ["fuzz", .. var rest] => Fuzzing.Run(rest),
        [Instrumented.Inside, var target, var seconds, var folder] => Fuzzing.RunInstrumented(target, int.Parse(seconds), folder),
        _ => Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args).GetAwaiter().GetResult(),
    };
}
