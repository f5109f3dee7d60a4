using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Chatroom.Fuzz.Engine;

/// <summary>An input that broke a promise.</summary>
internal sealed partial record Finding(byte[] Input, Exception Problem)
{
    /// <summary>Findings of one cause, told apart by what was thrown and where.</summary>
    public string Cause => $"{Problem.GetType().Name}: {Digits().Replace(Problem.Message.Split('\n')[0], "#")}{Problem.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("Chatroom.") && !line.Contains("Promised"))}";

    [GeneratedRegex("[0-9][0-9.:]*")]
    private static partial Regex Digits();
}

/// <summary>Runs a target on inputs one after the other and holds it to what all targets promise.</summary>
internal sealed class Guard : IDisposable
{
    // Every run takes milliseconds; what takes this long does not end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Target target;
    private readonly string findings;
    private readonly Timer watch;
    private byte[]? running;
    private long runs;
    private long runsSeen = -1;

    /// <param name="findings">Where an input is left that does not end.</param>
    public Guard(Target target, string findings)
    {
        (this.target, this.findings) = (target, findings);
        watch = new Timer(_ => Watch(), null, Patience, Timeout.InfiniteTimeSpan);
    }

    public long Runs => runs;

    public static string NameOf(byte[] input) => Convert.ToHexStringLower(SHA256.HashData(input))[..12];

    public Finding? Run(byte[] input)
    {
        runs++;
        running = input;
        try
        {
            // Twice where it was too much: what is made once for all, such as tables, is not this input's.
            var bound = target.Allocates(input.Length);
            var allocated = Allocated(input);
            allocated = allocated > bound ? Allocated(input) : allocated;
            Promised.That(allocated <= bound, $"{allocated} bytes were allocated for an input that may cost {bound}.");
            return null;
        }
        catch (Exception e)
        {
            return new Finding(input, e);
        }
        finally
        {
            running = null;
        }
    }

    public string Keep(byte[] input)
    {
        Directory.CreateDirectory(findings);
        var path = Path.Combine(findings, NameOf(input));
        File.WriteAllBytes(path, input);
        return path;
    }

    public void Dispose() => watch.Dispose();

    private long Allocated(byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        target.Run(input);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    // The process ends: there is no other way to stop a loop.
    private void Watch()
    {
        var now = Interlocked.Read(ref runs);
        if (running is { } input && now == runsSeen)
        {
            Environment.FailFast($"{target.Name}: an input does not end within {Patience.TotalSeconds} s. It is kept: {Keep(input)}");
        }

        runsSeen = now;
        watch.Change(Patience, Timeout.InfiniteTimeSpan); // Not periodic: after the machine stood still, two ticks would come at once.
    }
}
