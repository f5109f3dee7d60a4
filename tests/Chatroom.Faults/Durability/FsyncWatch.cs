using Chatroom.Faults.Running;

namespace Chatroom.Faults.Durability;

/// <summary>The shim in the server: which files are being fsynced, and holding that back.</summary>
public sealed class FsyncWatch
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly string hold;
    private readonly string log;
    private int begin;

    private FsyncWatch(string hold, string log) => (this.hold, this.log) = (hold, log);

    /// <summary>Compiles the shim with <c>cc</c> and puts it into the server's next start.</summary>
    public static async Task<FsyncWatch> IntoAsync(ServerProcess server)
    {
        var library = await Shim.CompileAsync("fsyncwatch", server.Aside);
        var watch = new FsyncWatch(Path.Combine(server.Aside, "hold"), Path.Combine(server.Aside, "fsync.log"));
        await File.WriteAllTextAsync(watch.log, "");
        server.Settings["LD_PRELOAD"] = library;
        server.Settings["FSYNCWATCH_FOLDER"] = server.Data + "/";
        server.Settings["FSYNCWATCH_HOLD"] = watch.hold;
        server.Settings["FSYNCWATCH_LOG"] = watch.log;
        return watch;
    }

    /// <summary>From now on no watched call begins; events are counted from here.</summary>
    public void Hold()
    {
        File.WriteAllText(hold, "");
        begin = All().Count;
    }

    public void Release() => File.Delete(hold);

    /// <summary>What happened since <see cref="Hold"/>: "enter PATH" or "return PATH", in order.</summary>
    public IReadOnlyList<string> Events() => [.. All().Skip(begin)];

    /// <summary>Waits until the server is inside the call for a file whose path ends so.</summary>
    /// <exception cref="TimeoutException">It never began.</exception>
    public async Task EnteredAsync(string file)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var look = new PeriodicTimer(Look);
        while (!Events().Any(one => one.StartsWith("enter ") && one.EndsWith(file)))
        {
            try
            {
                await look.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"No fsync of {file} began. There came:\n{string.Join('\n', Events())}");
            }
        }
    }

    // Only whole lines: the last one may be on its way.
    private List<string> All()
    {
        using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = reader.ReadToEnd();
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
