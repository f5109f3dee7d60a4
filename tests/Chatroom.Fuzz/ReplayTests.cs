using Chatroom.Fuzz.Engine;
using Chatroom.Fuzz.Targets;

namespace Chatroom.Fuzz;

/// <summary>What the fuzzer has found, and a little more of the same kind, every time the tests run.</summary>
public sealed class ReplayTests
{
    // The same inputs every time: what fails here fails again.
    private const int Seed = 20261128;
    private const int Runs = 1_000;

    public static TheoryData<string> Names => [.. Catalogue.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Everything_in_the_corpus_keeps_the_promise(string name)
    {
        var target = Catalogue.All.Single(one => one.Name == name);
        var corpus = Corpus.Of(target);
        Assert.NotEmpty(corpus);
        using var guard = new Guard(target, Path.Combine(Corpus.Folder, "..", "artifacts", name));
        Assert.All([.. target.Seeds, .. corpus], input => Assert.Null(guard.Run(input)?.Problem));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Inputs_by_chance_keep_the_promise(string name)
    {
        var target = Catalogue.All.Single(one => one.Name == name);
        IReadOnlyList<byte[]> start = [.. target.Seeds, .. Corpus.Of(target)];
        var outcome = new Loop(target, new Random(Seed), Path.Combine(Corpus.Folder, "..", "artifacts", name)).Run(start, runs => runs >= start.Count + Runs);
        Assert.Empty(outcome.Findings.Select(finding => $"{finding.Cause}\n{finding.Problem}"));
    }
}
