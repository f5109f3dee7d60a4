using System.Globalization;
using Chatroom.Fuzz.Targets;

namespace Chatroom.Fuzz.Engine;

/// <summary><c>tests/fuzz [target] [seconds]</c>: all targets or one, each for so long, led by coverage; keeps the corpus.</summary>
internal static class Fuzzing
{
    private const int DefaultSeconds = 60;

    // Inputs that broke a promise; not in the repository before they are mended.
    private static string FindingsOf(string folder, Target target) => Path.Combine(folder, "..", "artifacts", target.Name);

    public static int Run(string[] args)
    {
        var named = Catalogue.All.FirstOrDefault(target => args.Contains(target.Name));
        var seconds = args.Select(arg => int.TryParse(arg, CultureInfo.InvariantCulture, out var number) ? number : 0).FirstOrDefault(number => number > 0);
        if (args.Any(arg => arg != named?.Name && arg != $"{seconds}"))
        {
            Console.Error.WriteLine($"fuzz [target] [seconds]. Targets: {string.Join(", ", Catalogue.All.Select(target => target.Name))}");
            return 2;
        }

        var copy = Instrumented.Make();
        try
        {
            Console.WriteLine("| target | runs | branch pairs at start | at end | corpus | findings |\n|---|---|---|---|---|---|");
            var failed = false;
            foreach (var target in named is null ? Catalogue.All : [named])
            {
                failed |= Instrumented.Run(copy, target.Name, seconds == 0 ? DefaultSeconds : seconds, Corpus.Folder) != 0;
            }

            return failed ? 1 : 0;
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    public static int RunInstrumented(string name, int seconds, string folder)
    {
        Coverage.Listen();
        var target = Catalogue.All.Single(one => one.Name == name);
        IReadOnlyList<byte[]> start = [.. target.Seeds, .. Corpus.Of(target, folder)];
        var outcome = new Loop(target, new Random(), FindingsOf(folder, target), Console.Error.WriteLine).Run(start, Loop.For(TimeSpan.FromSeconds(seconds)));
        if (outcome.Edges == 0)
        {
            Console.Error.WriteLine("The assemblies are not instrumented.");
            return 3;
        }

        Corpus.Save(target, folder, outcome.Kept);
        Console.WriteLine($"| {name} | {outcome.Runs:N0} | {outcome.FirstEdges:N0} | {outcome.Edges:N0} | {outcome.Kept.Count} | {outcome.Findings.Count} |");
        return outcome.Findings.Count == 0 ? 0 : 1;
    }
}
