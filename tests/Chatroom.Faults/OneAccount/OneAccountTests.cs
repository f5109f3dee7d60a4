using Chatroom.Faults.Judging;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.OneAccount;

/// <summary>One account at several places at the same instant. Instants are repeated: 20 times in <c>./test</c>, 500 times in the long run.</summary>
public sealed class OneAccountTests(ITestOutputHelper output)
{
    private const int Devices = 3;
    private const int Messages = 150;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly int Instants = Rounds.Of(20, 500);

    [Fact]
    public async Task What_several_devices_of_an_account_send_at_once_is_seen_by_each_of_them_once_and_in_one_order()
    {
        var ledger = new Ledger();
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using var address = server.Address();
        var people = new List<RawClient> { await People.RegisterAsync(address, "person") };
        for (var i = 1; i < Devices; i++)
        {
            people.Add(await People.AgainAsync(address, people[0], (ChannelKind)(i % 2)));
        }

        people.Add(await People.RegisterAsync(address, "other"));
        var (lobby, head) = (people[0].Lobby, (await people[0].HistoryAsync(people[0].Lobby, limit: 1)).Number("head"));
        var participants = people.Select((person, i) => new Participant(
            server, ledger, i % 2 == 0 ? NativeChannel.OpenAsync : WebSocketChannel.OpenAsync, $"{person.Name}{i}", person.Token, person.Id)
        {
            Sender = i < Devices ? new Sender(ledger, person.Id, [lobby], window: 8) { Lane = $"device{i}" } : null,
        }).ToList();
        foreach (var person in people)
        {
            await person.DisposeAsync();
        }

        foreach (var one in participants)
        {
            one.Sender?.Allow(Messages);
            one.Start([(lobby, head)]);
        }

        await ledger.UntilAsync(_ => participants.All(one => ledger.LastSeen(one.Name, lobby) == head + (Devices * Messages)), "everyone had seen everything", Patience);
        var books = ledger.Books();
        foreach (var one in participants)
        {
            await one.DisposeAsync();
        }

        Assert.Equal(Devices * Messages, books.Sent.Count(sent => sent.Seq is not null));
        Assert.Equal([], Judge.Problems(books));
        Assert.All(Plants.Of(books), plant => Assert.True(Judge.Problems(plant.Books).Count > 0, $"The judge did not find {plant.What}."));
        await server.StopAsync();
        server.MustHaveNoErrors();
    }

    [Fact]
    public async Task One_message_sent_by_two_devices_at_the_same_instant_is_there_once()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using var address = server.Address();
        await using var one = await People.RegisterAsync(address, "person");
        await using var two = await People.AgainAsync(address, one, ChannelKind.WebSocket);
        var seqs = new HashSet<long>();
        var retries = 0;
        for (var i = 0; i < Instants; i++)
        {
            var body = new { room = one.Lobby, text = $"instant {i}", clientId = Unique.ClientId() };
            var replies = await Task.WhenAll(one.AskAsync(Wire.SendMessage, body, Wire.SendMessageAll), two.AskAsync(Wire.SendMessage, body, Wire.SendMessageAll));
            Assert.Equal(replies[0].Number("seq"), replies[1].Number("seq"));
            Assert.Single(replies, reply => reply.Flag("duplicate"));
            Assert.True(seqs.Add(replies[0].Number("seq")));
            retries += replies[0].Flag("duplicate") ? 1 : 0;
        }

        output.WriteLine($"{Instants} instants; the second device was first {retries} times.");
        var history = (await one.HistoryAsync(one.Lobby, limit: 200)).List("entries").Where(entry => entry.Text("kind") == "text").ToList();
        Assert.Equal(Math.Min(Instants, history.Count), history.Select(entry => entry.Text("clientId")).Distinct().Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sign_ins_at_the_same_instant_all_get_in_or_exactly_one_where_only_one_may(bool single)
    {
        await using var server = new ServerProcess();
        server.Settings["CHATROOM_SINGLE_SESSION"] = single ? "true" : "false";
        await server.StartAsync();
        await using var address = server.Address();
        await using var observer = await People.RegisterAsync(address, "observer");
        string token;
        await using (var person = await People.RegisterAsync(address, "person"))
        {
            token = person.Token;
            await observer.SeeOffAsync(person);
        }

        var (came, gone) = (1, 1);
        for (var i = 0; i < Instants; i++)
        {
            var clients = await Task.WhenAll(Enumerable.Range(0, 3).Select(n => RawClient.OpenAsync(address, (ChannelKind)(n % 2))));
            var answers = await Task.WhenAll(clients.Select(client => client.LoginAsync(new { version = 3, token, page = 1 })));
            Assert.Equal(single ? 1 : 3, answers.Count(answer => answer.Code == Wire.LoginSuccess));
            Assert.All(answers, answer => Assert.Contains(answer.Code, new[] { Wire.LoginSuccess, Wire.LoginDuplicate }));
            var inside = clients.Where(client => client.Sync is not null).ToList();
            var said = (await observer.SayAsync(observer.Lobby, $"instant {i}")).Number("seq");
            foreach (var client in inside)
            {
                await client.EntryAsync(client.Lobby, said);
                await client.FenceAsync();
                Assert.Single(client.EntriesOf(client.Lobby), entry => entry.Number("seq") == said);
            }

            // The others see one person come and one person go, however many connections there are.
            var account = inside[0].Id;
            came++;
            await observer.WaitAsync(_ => Notices(observer, Wire.LoginUsername, account) >= came, "the person came");
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }

            gone++;
            await observer.WaitAsync(_ => Notices(observer, Wire.LogoutInfo, account) >= gone, "the person went");
            Assert.Equal((came, gone), (Notices(observer, Wire.LoginUsername, account), Notices(observer, Wire.LogoutInfo, account)));
        }

        await server.StopAsync();
        server.MustHaveNoErrors();
    }

    [Fact]
    public async Task A_name_registered_twice_at_the_same_instant_belongs_to_one()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using var address = server.Address();
        for (var i = 0; i < Instants; i++)
        {
            await using var one = await RawClient.OpenAsync(address, ChannelKind.Native); // New ones: who does not sign in for long is closed.
            await using var two = await RawClient.OpenAsync(address, ChannelKind.WebSocket);
            var replies = await Task.WhenAll(new[] { one, two }.Select(client =>
                client.RequestAsync(Wire.Register, new { name = $"name{i}", password = Unique.Password(), clientId = Unique.ClientId() })));
            Assert.Equal([Wire.RegisterSuccess, Wire.RegisterNameTaken], replies.Select(reply => reply.Code).Order());
        }
    }

    private static int Notices(RawClient observer, int code, string account) =>
        observer.Frames.Count(frame => frame.Code == code && frame.Body.List("accounts").Any(one => one.Text("id") == account));
}
