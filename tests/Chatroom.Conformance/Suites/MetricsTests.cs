using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Chatroom.Conformance.Classic;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public sealed class MeasuredServer() : ServerFixture(("CHATROOM_METRICS", "127.0.0.1:0"), ("CHATROOM_CLASSIC", "127.0.0.1:0"));

/// <summary>What programs on the server's own computer read about it, while people talk. The server is this class's alone, so that counts are exact.</summary>
public sealed class MetricsTests(MeasuredServer server) : ConformanceTest(server, ChannelKind.Native), IClassFixture<MeasuredServer>
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };

    private Uri Address => new($"http://127.0.0.1:{Server.MetricsPort}/metrics");

    public override async ValueTask DisposeAsync()
    {
        http.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Connections_are_counted_by_what_they_speak_and_people_once()
    {
        // People of other tests leave in their own time.
        var before = await UntilAsync(now => now.Values.Where(v => v.Key.StartsWith("chatroom_connections", StringComparison.Ordinal)).Sum(v => v.Value) == 0);
        var person = await PersonAsync();
        await DeviceAsync(person);
        await using var page = await RawClient.OpenAsync(Server, ChannelKind.WebSocket);
        await page.LoginAsync(new { version = 3, token = person.Token });
        using var classic = ClassicClient.Open(Server.ClassicPort);
        var after = await UntilAsync(now => now.Since(before, "chatroom_connections{chatroom_connection_kind=\"classic\"}") == 1);
        Assert.Equal(2, after.Since(before, "chatroom_connections{chatroom_connection_kind=\"native\"}"));
        Assert.Equal(1, after.Since(before, "chatroom_connections{chatroom_connection_kind=\"websocket\"}"));
        Assert.Equal(3, after.Since(before, "chatroom_sessions"));
        Assert.Equal(1, after.Since(before, "chatroom_people"));
        await person.DisposeAsync();
        await UntilAsync(now => now.Since(before, "chatroom_connections{chatroom_connection_kind=\"native\"}") == 1 && now.Since(before, "chatroom_sessions") == 2);
    }

    [Fact]
    public async Task Entries_deliveries_and_commits_are_counted()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        var before = await ReadAsync();
        for (var i = 0; i < 5; i++)
        {
            await anna.SayAsync(room, $"text {i}");
        }

        var last = (await anna.SayAsync(room, "the last")).Number("seq");
        await ben.EntryAsync(room, last);
        await ben.ChangeAsync(Wire.React, new { room, target = last, emoji = "👍" }, Wire.Entry);
        var after = await ReadAsync();
        Assert.Equal(6, after.Since(before, "chatroom_entries_total{chatroom_entry_kind=\"text\"}"));
        Assert.Equal(1, after.Since(before, "chatroom_entries_total{chatroom_entry_kind=\"reaction\"}"));
        Assert.True(after.Since(before, "chatroom_deliveries_total") >= 7 * 2);
        var batches = after.Since(before, "chatroom_store_batch_duration_seconds_count");
        Assert.InRange(batches, 7, 20);
        Assert.Equal(batches, after.Since(before, "chatroom_store_batch_size_count"));
        Assert.Equal(batches, after.Since(before, "chatroom_store_batch_duration_seconds_bucket{le=\"+Inf\"}"));
        Assert.True(after.Since(before, "chatroom_store_batch_size_sum") >= batches);
        Assert.True(after.Since(before, "chatroom_store_batch_duration_seconds_sum") > 0);
        Assert.Equal(0, after["chatroom_store_failed"]);
        Assert.Equal(0, after["chatroom_store_queue"]);
        await UntilAsync(now => now["chatroom_outbox_waiting_bytes"] == 0 && now["chatroom_outbox_waiting_max_bytes"] == 0);
    }

    [Fact]
    public async Task Sign_ins_and_refusals_are_counted_by_their_codes()
    {
        var person = await PersonAsync();
        var before = await ReadAsync();
        await DeviceAsync(person);
        var stranger = await OpenAsync();
        Assert.Equal(Wire.LoginWrongPassword, (await stranger.LoginAsync(new { version = 3, name = person.Name, password = "not that one" })).Code);
        await person.AskAsync(Wire.GetAllChatHistory, new { room = "r0000000000000" }, Wire.NotFound, Wire.WrongMessage);
        await person.ChangeAsync(Wire.LeaveGroup, new { room = person.Lobby }, Wire.Forbidden, Wire.InvalidTarget);
        using var files = Server.Http(HttpVersion.Version11);
        using var refused = await files.GetAsync("/files/f0000000000000");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var after = await ReadAsync();
        Assert.Equal(1, after.Since(before, "chatroom_sign_ins_total"));
        Assert.Equal(1, after.Since(before, "chatroom_sign_ins_total{error_type=\"LOGIN_WRONG_PASSWORD\"}"));
        Assert.Equal(1, after.Since(before, "chatroom_refusals_total{error_type=\"LOGIN_WRONG_PASSWORD\"}"));
        Assert.Equal(4, after.Values.Keys.Where(k => k.StartsWith("chatroom_refusals_total", StringComparison.Ordinal)).Sum(k => after.Since(before, k)));
    }

    [Fact]
    public async Task Bytes_of_files_are_counted_both_ways()
    {
        var before = await ReadAsync();
        var person = await PersonAsync();
        using var client = Server.Http(HttpVersion.Version11);
        var files = new Files(client, person);
        var entry = await files.SendAsync(await person.GroupAsync(), Files.Content(150_000));
        using var got = await files.GetAsync(entry.Child("file").Text("id"), new(0, 99_999));
        Assert.Equal(100_000, (await got.Content.ReadAsByteArrayAsync()).Length);
        var after = await UntilAsync(now => now.Since(before, "chatroom_file_io_bytes_total{network_io_direction=\"transmit\"}") == 100_000);
        Assert.Equal(150_000, after.Since(before, "chatroom_file_io_bytes_total{network_io_direction=\"receive\"}"));
    }

    [Fact]
    public async Task The_process_tells_its_time_memory_and_collections()
    {
        var now = await ReadAsync();
        Assert.True(now["process_uptime_seconds"] > 0);
        Assert.True(now["dotnet_process_memory_working_set_bytes"] > 10_000_000);
        Assert.True(now["dotnet_process_cpu_time_seconds_total{cpu_mode=\"user\"}"] > 0);
        Assert.Contains("dotnet_gc_collections_total{gc_heap_generation=\"gen0\"}", now.Values.Keys);
        Assert.Single(now.Values.Keys, key => key.StartsWith("target_info{service_name=\"chatroom\",service_version=\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_in_it_tells_who_spoke_or_what_was_said()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        var said = Unique.Word();
        await anna.SayAsync(room, said);
        await (await OpenAsync()).LoginAsync(new { version = 3, name = anna.Name, password = "not that one" });
        var text = await http.GetStringAsync(Address);
        Assert.Contains("chatroom_entries_total", text);
        Assert.All([anna.Name, anna.Password, anna.Token, anna.Id, anna.Device, ben.Name, ben.Token, ben.Id, room, said, Server.Fingerprint!], secret => Assert.DoesNotContain(secret, text));
    }

    [Fact]
    public async Task The_port_has_nothing_else_and_the_other_ports_do_not_have_it()
    {
        foreach (var path in (string[])["/", "/healthz", "/server", "/ws", "/files/f0000000000000", "/metrics/more"])
        {
            using var elsewhere = await http.GetAsync(new Uri(Address, path));
            Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        }

        using var posted = await http.PostAsync(Address, new StringContent("x"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
        using var tls = Server.Http(HttpVersion.Version11);
        Assert.DoesNotContain("chatroom_", await (await tls.GetAsync("/metrics")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_page_whose_name_was_made_to_point_here_is_turned_away()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address);
        request.Headers.Host = $"evil.example:{Server.MetricsPort}";
        using var reply = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, reply.StatusCode);
        Assert.DoesNotContain("chatroom_", await reply.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task It_listens_on_the_one_address_that_was_asked_for()
    {
        using var right = new TcpClient();
        await right.ConnectAsync(IPAddress.Loopback, Server.MetricsPort);
        using var other = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => other.ConnectAsync(IPAddress.Parse("127.0.0.2"), Server.MetricsPort));
    }

    private async Task<Scrape> ReadAsync()
    {
        using var reply = await http.GetAsync(Address);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", reply.Content.Headers.ContentType!.ToString());
        return Scrape.Of(await reply.Content.ReadAsStringAsync());
    }

    private async Task<Scrape> UntilAsync(Func<Scrape, bool> fits)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        Scrape now;
        while (!fits(now = await ReadAsync()))
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }

        return now;
    }

    /// <summary>One collection: each series with its value. Every line must be one of the format, and every series must have been described.</summary>
    private sealed record Scrape(IReadOnlyDictionary<string, double> Values)
    {
        public double this[string series] => Values[series];

        /// <summary>How much more than before; a series that was not there was 0.</summary>
        public double Since(Scrape before, string series) => Values.GetValueOrDefault(series) - before.Values.GetValueOrDefault(series);

        public static Scrape Of(string text)
        {
            Assert.EndsWith("\n", text);
            var described = new HashSet<string>();
            var values = new Dictionary<string, double>();
            foreach (var line in text[..^1].Split('\n'))
            {
                if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
                {
                    Assert.True(described.Add(line.Split(' ')[2]), $"Described twice: {line}");
                }
                else if (!line.StartsWith("# HELP ", StringComparison.Ordinal))
                {
                    var at = line.LastIndexOf(' ');
                    var name = line[..at].Split('{')[0];
                    Assert.Contains(described, d => name == d || name == d + "_bucket" || name == d + "_sum" || name == d + "_count");
                    Assert.True(values.TryAdd(line[..at], double.Parse(line[(at + 1)..], CultureInfo.InvariantCulture)), $"Told twice: {line}");
                }
            }

            return new Scrape(values);
        }
    }
}
