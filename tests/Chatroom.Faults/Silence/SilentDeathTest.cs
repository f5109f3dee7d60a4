using System.Diagnostics;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.Silence;

/// <summary>Whoever dies without a word is gone for the others within 15 s, whatever was on its way to them.</summary>
/// <remarks>One test per class: they wait most of the time, so they wait side by side.</remarks>
public abstract class SilentDeathTest(ITestOutputHelper output)
{
    /// <summary>The environment variable told to a test that runs again inside namespaces of its own.</summary>
    private const string InsideVariable = "CHATROOM_FAULT_INSIDE";

    protected static readonly TimeSpan Promise = TimeSpan.FromSeconds(15);

    /// <summary>For a notice that is merged over a short while, and for a busy machine.</summary>
    protected static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    protected ITestOutputHelper Output => output;

    /// <summary>
    /// Each of those who die has a link of its own, the others the last one. <paramref name="writes"/> says when, after the fault, something is sent
    /// to each of them; null: never.
    /// </summary>
    protected async Task CutAsync(ChannelKind kind, Func<CutNetwork, int, Task> fault, params TimeSpan?[] writes)
    {
        if (await CutNetwork.RefusalAsync() is { } refusal)
        {
            Assert.True(Environment.GetEnvironmentVariable(InsideVariable) is null, $"Network namespaces cannot be made here, not even inside a user namespace: {refusal}");
            await AgainInsideAsync(refusal);
            return;
        }

        await using var network = new CutNetwork();
        await network.MakeAsync(writes.Length + 1);
        await using var server = new ServerProcess("0.0.0.0", network.Inside);
        await server.StartAsync();
        await using var near = server.Address(network.Address(writes.Length));
        await using var observer = await People.RegisterAsync(near, "observer");
        await using var friend = await People.RegisterAsync(near, "friend");
        var dying = new List<RawClient>();
        try
        {
            for (var i = 0; i < writes.Length; i++)
            {
                await using var far = server.Address(network.Address(i));
                dying.Add(await People.RegisterAsync(far, $"dying{i}", kind));
                await observer.EventAsync(Wire.LoginUsername, body => Lists(body, dying[i].Id));
            }

            foreach (var one in dying)
            {
                await one.FenceAsync(); // It has acknowledged whatever it was told of the others.
            }

            // Each from its own fault on: to cut all of them takes a while on a busy machine.
            var watch = Stopwatch.StartNew();
            var cut = new TimeSpan[writes.Length];
            for (var i = 0; i < writes.Length; i++)
            {
                await fault(network, i);
                cut[i] = watch.Elapsed;
            }

            var gone = await Task.WhenAll(dying.Select(async (one, i) =>
            {
                var writing = WriteAsync(friend, one, writes[i] - (watch.Elapsed - cut[i]));
                await NoticedAsync(observer, one.Id, times: 1);
                var elapsed = watch.Elapsed - cut[i];
                await writing;
                return elapsed;
            }));
            Output.WriteLine($"Gone after {string.Join(", ", gone.Select(elapsed => $"{elapsed.TotalSeconds:0.0}"))} s.");
            Assert.All(gone, elapsed => Assert.InRange(elapsed, TimeSpan.FromSeconds(1), Promise + Slack));
        }
        finally
        {
            foreach (var one in dying)
            {
                await one.DisposeAsync();
            }
        }
    }

    // A private message: nobody else's connection has a part in it.
    private static async Task WriteAsync(RawClient friend, RawClient dying, TimeSpan? moment)
    {
        if (moment is not { } after)
        {
            return;
        }

        if (after > TimeSpan.Zero)
        {
            using var tick = new PeriodicTimer(after);
            await tick.WaitForNextTickAsync();
        }

        await friend.ChangeAsync(Wire.SendMessage, new { to = dying.Name, text = "Are you there?" }, Wire.SendMessagePrivate, Wire.SendMessagePrivateStored);
    }

    protected static async Task<TimeSpan> GoneAsync(RawClient observer, string account, Func<Task> fault, int times = 1)
    {
        var watch = Stopwatch.StartNew();
        await fault();
        var begun = watch.Elapsed;
        await NoticedAsync(observer, account, times);
        return watch.Elapsed - begun;
    }

    // Longer than the promise and than the raw client's own patience, so that a broken promise is measured and not only noticed.
    private static async Task NoticedAsync(RawClient observer, string account, int times)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await observer.WaitAsync(frame => Tells(frame, Wire.LogoutInfo, account, times, observer), "the notice that someone has gone");
                return;
            }
            catch (TimeoutException) when (attempt == 1)
            {
                continue;
            }
        }
    }

    protected static bool Tells(RawFrame frame, int code, string account, int times, RawClient observer) =>
        frame.Code == code && Lists(frame.Body, account) && observer.Frames.Count(one => one.Code == code && Lists(one.Body, account)) >= times;

    private static bool Lists(System.Text.Json.Nodes.JsonObject body, string account) => body.List("accounts").Any(one => one.Text("id") == account);

    // Without the right to make a network namespace: the same test in a user namespace, where it is root over namespaces of its own.
    private async Task AgainInsideAsync(string refusal)
    {
        var test = TestContext.Current.TestMethod!.MethodName;
        var program = Path.Combine(AppContext.BaseDirectory, "Chatroom.Faults");
        const string Script = "mount -t tmpfs tmpfs /run && exec \"$0\" \"$@\"";
        using var inside = Process.Start(new ProcessStartInfo(
            "unshare", ["-Urnm", "sh", "-c", Script, program, "-noLogo", "-noColor", "-method", $"{GetType().FullName}.{test}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [InsideVariable] = "1" },
        })!;
        var said = inside.StandardOutput.ReadToEndAsync();
        var errors = inside.StandardError.ReadToEndAsync();
        await inside.WaitForExitAsync();
        Assert.True(inside.ExitCode == 0, $"Without the right to make network namespaces ({refusal}), the test ran inside a user namespace:\n{await said}{await errors}");
        Output.WriteLine($"Ran inside a user namespace: {refusal}");
    }
}
