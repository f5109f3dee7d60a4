using Chatroom.Fuzz.Engine;

namespace Chatroom.Fuzz;

/// <summary>The judge is judged: faults are planted, and have to be found.</summary>
public sealed class EngineTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chatroom-fuzz-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_planted_exception_is_found_once_and_its_input_is_kept()
    {
        var outcome = Fuzz(new Planted(input => _ = input.AsSpan().IndexOf("key"u8) < 0 ? 0 : throw new InvalidOperationException($"Planted at {input.Length}.")));
        var finding = Assert.Single(outcome.Findings);
        Assert.StartsWith("InvalidOperationException: Planted", finding.Cause);
        Assert.Equal(finding.Input, File.ReadAllBytes(Path.Combine(folder.FullName, Guard.NameOf(finding.Input))));
    }

    [Fact]
    public void A_promise_that_does_not_hold_is_found()
    {
        var outcome = Fuzz(new Planted(input => Promised.That(input.Length % 7 != 3, "Planted.")));
        Assert.IsType<BrokenPromiseException>(Assert.Single(outcome.Findings).Problem);
    }

    [Fact]
    public void What_allocates_too_much_is_found_and_what_is_made_once_is_not_counted()
    {
        byte[]? once = null;
        Assert.Empty(Fuzz(new Planted(_ => once ??= new byte[1 << 20])).Findings);
        var outcome = Fuzz(new Planted(input => GC.KeepAlive(new byte[input.Length > 20 ? 1 << 20 : 0])));
        Assert.Contains("were allocated", Assert.Single(outcome.Findings).Problem.Message);
    }

    [Fact]
    public void Without_a_fault_nothing_is_found_and_the_same_seed_runs_the_same_inputs()
    {
        var (first, second) = (new List<string>(), new List<string>());
        Assert.Empty(Fuzz(new Planted(input => first.Add(Convert.ToHexString(input)))).Findings);
        Assert.Empty(Fuzz(new Planted(input => second.Add(Convert.ToHexString(input)))).Findings);
        Assert.Equal(first, second);
        Assert.True(first.Distinct().Count() > 500, "The inputs are hardly different.");
    }

    [Fact]
    public void Damage_is_done_as_the_script_says()
    {
        byte[] sound = [1, 2, 3, 4];
        Assert.Equal(sound, Damage.Apply(sound, new Input([])));
        Assert.Equal([1, 3, 3, 4], Damage.Apply(sound, new Input([0, 0, 1, 0, 0])));
        Assert.Equal([1, 2], Damage.Apply(sound, new Input([2, 0, 2, 0, 0])));
        Assert.Equal([1, 9, 9, 2, 3, 4], Damage.Apply(sound, new Input([4, 0, 1, 1, 9])));
    }

    private Outcome Fuzz(Target target) => new Loop(target, new Random(1), folder.FullName).Run([.. target.Seeds], runs => runs >= 3_000);

    private sealed class Planted(Action<byte[]> run) : Target
    {
        public override string Name => "planted";

        public override string Promise => "None.";

        public override IEnumerable<byte[]> Seeds => ["a lock"u8.ToArray(), "a kex"u8.ToArray()];

        public override IReadOnlyList<string> Words => ["key"];

        public override void Run(byte[] input) => run(input);
    }
}
