using System.Text;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.Abuse;

// Its floods take the processors away from whatever runs beside them.
[CollectionDefinition(nameof(FloodTests), DisableParallelization = true)]
public sealed class FloodCollection;

/// <summary>Too much of what is allowed, from one address or account: refused with a time to wait, while everyone else goes on.</summary>
[Collection(nameof(FloodTests))]
public sealed class FloodTests(ITestOutputHelper output)
{
    private const string Attacker = "127.0.0.2";

    [Fact]
    public async Task Who_tries_one_password_on_many_names_is_slowed_down_and_others_sign_in()
    {
        await using var server = await LimitedAsync(("SIGN_INS_PER_MINUTE", "2")); // 4 at once, then one every half a minute.
        await using var address = server.Address();
        await using var witness = await People.RegisterAsync(address, "witness");
        await using var spray = await Strangers.OpenAsync(address, Attacker);
        var tried = 0;
        while (!Strangers.IsThrottled(await spray.AskAsync(Wire.Login, new { version = 3, name = $"person{tried}", password = "123456789" })))
        {
            Assert.True(++tried < 100, "A hundred tries were all looked at.");
        }

        output.WriteLine($"{tried} tries before the first refusal");

        // Another connection, and the page's door, are no way around it.
        await using var second = await Strangers.OpenAsync(address, Attacker);
        Assert.True(Strangers.IsThrottled(await second.AskAsync(Wire.Login, new { version = 3, name = "witness", password = "123456789" })));
        Assert.Equal((429, true), await ByPageAsync(address, "/sessions", """{"version":3,"name":"witness","password":"123456789"}"""));
        await using var again = await People.AgainAsync(address, witness);
        await witness.SayAsync(witness.Lobby, "undisturbed");
        await server.StopAsync();
        server.MustHaveNoErrors();
    }

    [Fact]
    public async Task Who_guesses_one_persons_password_is_slowed_down_from_everywhere_and_the_persons_device_is_not()
    {
        await using var server = await LimitedAsync(("FAILURES_PER_MINUTE", "3"));
        await using var address = server.Address();
        await using var victim = await People.RegisterAsync(address, "victim");
        var tried = 0;
        foreach (var from in Enumerable.Range(2, 20).Select(i => $"127.0.0.{i}"))
        {
            await using var guess = await Strangers.OpenAsync(address, from);
            if (Strangers.IsThrottled(await guess.AskAsync(Wire.Login, new { version = 3, name = "victim", password = $"guess {tried}" })))
            {
                break;
            }

            Assert.True(++tried < 20, "Guesses from twenty addresses were all looked at.");
        }

        await using var device = await RawClient.OpenAsync(address, ChannelKind.Native);
        Assert.Equal(Wire.LoginSuccess, (await device.LoginAsync(new { version = 3, token = victim.Token, page = 1 })).Code);
        await victim.SayAsync(victim.Lobby, "undisturbed");
        await server.StopAsync();
        server.MustHaveNoErrors();
    }

    [Fact]
    public async Task A_flood_of_registrations_is_refused_and_from_elsewhere_people_register()
    {
        await using var server = await LimitedAsync(("REGISTRATIONS_PER_HOUR", "5"));
        await using var address = server.Address();
        await using var witness = await People.RegisterAsync(address, "witness");
        await using var flood = await Strangers.OpenAsync(address, Attacker);
        var made = 0;
        while (true)
        {
            var reply = await flood.AskAsync(Wire.Register, new { name = $"made{made}", password = Unique.Password(), clientId = Unique.ClientId() });
            if (Strangers.IsThrottled(reply))
            {
                break;
            }

            Assert.Equal(Wire.RegisterSuccess, reply.Code);
            made++;
        }

        Assert.Equal(5, made);
        Assert.Equal((429, true), await ByPageAsync(address, "/accounts", $$"""{"name":"onemore","password":"a good password","clientId":"{{Unique.ClientId()}}"}"""));
        await using var other = await People.RegisterAsync(address, "other");
        await witness.SayAsync(witness.Lobby, "undisturbed");
        await server.StopAsync();
        server.MustHaveNoErrors();
    }

    [Fact]
    public async Task A_flood_of_messages_is_refused_in_part_and_others_talk_in_the_same_room()
    {
        const int Messages = 4_000;
        await using var server = await LimitedAsync(("MESSAGES_PER_SECOND", "10"));
        await using var address = server.Address();
        await using var flooder = await People.RegisterAsync(address, "flooder");
        await using var anna = await People.RegisterAsync(address, "anna");
        await using var ben = await People.RegisterAsync(address, "ben");
        var before = server.MemoryKib("VmRSS");
        var flood = new List<uint>();
        var said = new List<long>();
        for (var i = 0; i < Messages; i++)
        {
            flood.Add(await flooder.SendAsync(Wire.SendMessage, new { room = flooder.Lobby, text = "flood", clientId = Unique.ClientId() }));
            if (i % 100 == 0)
            {
                said.Add((await anna.SayAsync(anna.Lobby, $"word {i}")).Number("seq"));
            }
        }

        var replies = new List<RawFrame>();
        foreach (var request in flood)
        {
            replies.Add(await flooder.ReplyAsync(request));
        }

        var refused = replies.Count(Strangers.IsThrottled);
        output.WriteLine($"{Messages - refused} of {Messages} messages came through");
        Assert.Equal(Messages, refused + replies.Count(reply => reply.Code == Wire.SendMessageAll));
        Assert.True(refused > Messages / 2, "Most of the flood came through.");
        foreach (var seq in said)
        {
            await ben.EntryAsync(ben.Lobby, seq);
        }

        Assert.True(server.MemoryKib("VmHWM") - before < 64 * 1024, "The server grew with the flood.");
        await flooder.FenceAsync();
        await server.StopAsync();
        server.MustHaveNoErrors();
    }

    [Theory]
    [InlineData(Flooder.Of.Requests)]
    [InlineData(Flooder.Of.WebSocketRequests)]
    [InlineData(Flooder.Of.WebSocketPings)]
    [InlineData(Flooder.Of.HttpRequests)]
    [InlineData(Flooder.Of.Http2Pings)]
    public async Task Connections_that_never_pause_leave_the_others_their_turn(Flooder.Of what)
    {
        await using var server = await LimitedAsync();
        await using var address = server.Address();
        await using var anna = await People.RegisterAsync(address, "anna");
        await using var ben = await People.RegisterAsync(address, "ben");
        var flooders = new List<Flooder>();
        try
        {
            // More than the server has threads for sockets.
            for (var i = 0; i < (2 * Environment.ProcessorCount) + 2; i++)
            {
                flooders.Add(await Flooder.StartAsync(address, what, anna.Token));
            }

            foreach (var flooder in flooders)
            {
                await flooder.AnsweredAsync(100_000);
            }

            for (var i = 0; i < 5; i++)
            {
                var seq = (await anna.SayAsync(anna.Lobby, $"word {i}")).Number("seq");
                await ben.EntryAsync(ben.Lobby, seq);
            }

            // New connections are served too, and the flood went on.
            await using var again = await People.AgainAsync(address, ben);
            foreach (var flooder in flooders)
            {
                await flooder.AnsweredAsync(100_000);
            }
        }
        finally
        {
            foreach (var flooder in flooders)
            {
                await flooder.DisposeAsync();
            }
        }

        await server.StopAsync();
        server.MustHaveNoErrors();
    }

    private static async Task<ServerProcess> LimitedAsync(params (string Name, string Value)[] limits)
    {
        var server = new ServerProcess();
        server.Settings["CHATROOM_LIMITS"] = "on";
        foreach (var (name, value) in limits)
        {
            server.Settings[$"CHATROOM_{name}"] = value;
        }

        await server.StartAsync();
        return server;
    }

    // The status, and whether it says when to come back.
    private static async Task<(int Status, bool Waits)> ByPageAsync(ServerUnderTest server, string path, string body)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, _) => (await Strangers.ConnectAsync(server, Attacker)).GetStream(),
            SslOptions = new System.Net.Security.SslClientAuthenticationOptions { RemoteCertificateValidationCallback = server.Trusts },
        })
        { BaseAddress = new Uri($"https://{server.Host}:{server.Port}") };
        using var reply = await http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        return ((int)reply.StatusCode, reply.Headers.RetryAfter?.Delta > TimeSpan.Zero);
    }
}
