using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Delivery;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Storage;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Diagnostics;

/// <summary>What the server counts of states that a test outside of the process cannot hold still.</summary>
public sealed class ServerMetricsTests
{
    [Fact]
    public async Task What_waits_for_someone_who_does_not_read_is_told_and_gone_when_they_do()
    {
        await using var server = await ServerBench.StartAsync();
        using var text = new PrometheusText(server.Core.Metrics.Owns, "0");
        await using var anna = await server.JoinAsync("anna");
        var stuck = new MemoryChannel(held: true);
        await using var ben = server.Connect(channel: stuck);
        stuck.Send(new Frame(Code.Register, 1, WireJson.Write(new RegisterRequest { Name = "ben", Password = "a long password", ClientId = new string('a', 32) })));
        stuck.Send(new Frame(Code.Login, 2, WireJson.Write(new LoginRequest { Version = 3, Name = "ben", Password = "a long password" })));
        await Until.TrueAsync(() => server.Core.Hub.SignedIn == 2 && Value(text, "chatroom_outbox_waiting_max_bytes") > 200);
        var most = Value(text, "chatroom_outbox_waiting_max_bytes"); // First: it may still grow.
        Assert.True(Value(text, "chatroom_outbox_waiting_bytes") >= most);
        stuck.LetOut();
        await Until.TrueAsync(() => Value(text, "chatroom_outbox_waiting_bytes") == 0);
    }

    [Fact]
    public void A_store_that_failed_and_what_waits_for_it_are_told()
    {
        using var metrics = new ServerMetrics();
        using var text = new PrometheusText(metrics.Owns, "0");
        var store = new StoppedStore();
        metrics.Observe(new Hub(), store);
        Assert.Equal((0, 7), (Value(text, "chatroom_store_failed"), Value(text, "chatroom_store_queue")));
        store.Failure = "The disk.";
        Assert.Equal(1, Value(text, "chatroom_store_failed"));
    }

    [Fact]
    public void Every_code_and_kind_can_be_counted()
    {
        using var metrics = new ServerMetrics();
        using var text = new PrometheusText(metrics.Owns, "0");
        foreach (var code in Enum.GetValues<Code>())
        {
            metrics.Refused(code);
            metrics.SignInRefused(code);
        }

        foreach (var kind in Enum.GetValues<EntryKind>())
        {
            metrics.Appended(kind);
        }

        var all = text.Collect();
        Assert.All(Enum.GetValues<EntryKind>(), kind => Assert.Contains($"chatroom_entries_total{{chatroom_entry_kind=\"{kind.ToString().ToLowerInvariant()}\"}} 1\n", all));
        Assert.Equal(Enum.GetValues<Code>().Length, all.Split('\n').Count(line => line.StartsWith("chatroom_refusals_total{", StringComparison.Ordinal)));
        Assert.Contains("chatroom_refusals_total{error_type=\"TOO_MANY_REQUESTS\"} 1\n", all);
    }

    private static double Value(PrometheusText text, string series)
    {
        var line = Assert.Single(text.Collect().Split('\n'), one => one.StartsWith(series + " ", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private sealed class StoppedStore : IChatStore
    {
        event Action<bool>? IChatStore.BatchCommitted
        {
            add { }
            remove { }
        }

        public string? Failure { get; set; }

        public int Queued => 7;

        public Task<T> WriteAsync<T>(Func<IStoreTransaction, T> change, Action<T>? committed = null, bool continueOnWriter = false) => throw new NotSupportedException();

        public Task<T> ReadAsync<T>(Func<IStoreReader, T> read) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
