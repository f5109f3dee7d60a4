using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Chatroom.Faults.Judging;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.Storm;

/// <summary>
/// The server is killed and started again, and everyone comes back at the same moment with their tokens: 300 people in <c>./test</c>, 5,000 in the long run, each
/// from an address of their own, with the limits on as they are by default. Nobody is locked out, everyone gets what they missed, and others are served meanwhile.
/// </summary>
public sealed class StormTests(ITestOutputHelper output)
{
    private const int Messages = 30;
    private const int SideBySide = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(Rounds.IsLong ? 600 : 90);
    private static readonly int Everyone = Rounds.Of(300, 5000);

    [Fact]
    public async Task Everyone_comes_back_at_once_after_a_restart_and_gets_what_they_missed()
    {
        var ledger = new Ledger();
        await using var server = new ServerProcess();
        server.Settings.Remove("CHATROOM_LIMITS");
        await server.StartAsync();
        await using var address = server.Address();
        var registered = new (string Token, string Account, string Lobby, long Head)[Everyone];
        await Parallel.ForAsync(0, Everyone, new ParallelOptions { MaxDegreeOfParallelism = SideBySide }, async (i, _) => registered[i] = await RegisterAsync(address, i));
        var (lobby, head) = (registered[0].Lobby, registered.Max(one => one.Head));
        var people = registered.Select((one, i) => new Participant(server, ledger, at => OpenAsync(at, Home(i)), $"person{i}", one.Token, one.Account)
        {
            MayBeClosed = true, // A handshake that waits too long is given up, and tried again.
            Sender = i == 0 ? new Sender(ledger, one.Account, [lobby], window: 4) : null,
        }).ToList();
        people[0].Sender!.Allow(Messages);
        people.ForEach(one => one.Start([(lobby, head)]));
        await ledger.UntilAsync(_ => people.All(one => one.Connections >= 1 && ledger.LastSeen(one.Name, lobby) == head + Messages), "everyone was there and had seen the first messages", Patience);

        await server.KillAsync();
        people[0].Sender!.Allow(Messages);
        await server.StartAsync();
        var here = people.Count(one => one.Connections >= 2);
        var served = 0;
        await using (var other = await RawClient.OpenAsync(address, ChannelKind.Native))
        {
            Assert.Equal(Wire.LoginSuccess, (await other.LoginAsync(new { version = 3, token = registered[1].Token, page = 1, quiet = true })).Code);
            do
            {
                await other.HistoryAsync(lobby, limit: 10);
                served++;
            }
            while (people.Any(one => one.Connections < 2));
        }

        await ledger.UntilAsync(_ => people.All(one => ledger.LastSeen(one.Name, lobby) == head + (2 * Messages)), "everyone had seen what they missed", Patience);
        var books = ledger.Books();
        output.WriteLine($"{Everyone} people came back, {people.Count(one => one.Connections > 2)} of them after another try; {books.Watches.Sum(watch => watch.Entries.Count)} deliveries; another was answered {served} times meanwhile.");
        await Parallel.ForEachAsync(people, async (one, _) => await one.DisposeAsync());
        Assert.True(here < Everyone, "Everyone was back before anyone else could come.");
        Assert.Equal([], Judge.Problems(books));
        Assert.All(Plants.Of(books), plant => Assert.True(Judge.Problems(plant.Books).Count > 0, $"The judge did not find {plant.What}."));
        await server.StopAsync();
        server.MustHaveNoErrors();
    }

    /// <summary>An address of this machine for each: 127.1.0.1 and so on.</summary>
    private static IPAddress Home(int i) => new([127, 1, (byte)(i / 250), (byte)((i % 250) + 1)]);

    private static async Task<(string Token, string Account, string Lobby, long Head)> RegisterAsync(ServerUnderTest address, int i)
    {
        await using var conversation = new Conversation(await OpenAsync(address, Home(i)));
        var (name, password) = ($"person{i}", Unique.Password());
        Assert.Equal(Wire.RegisterSuccess, (await conversation.AskAsync(Wire.Register, new { name, password, clientId = Unique.ClientId() })).Code);
        var answer = new List<RawFrame>();
        await conversation.SendAsync(Wire.Login, new { version = 3, name, password, page = 1 });
        do
        {
            answer.Add(await conversation.NextAsync() ?? throw new IOException("Closed during the sign-in."));
        }
        while (SyncAnswer.IsMiddle(answer[^1].Code));
        var sync = new SyncAnswer(answer);
        var lobby = sync.Rooms.Single(room => room.Text("kind") == "lobby");
        return (sync.Success.Text("token"), sync.Success.Child("account").Text("id"), lobby.Text("id"), lobby.Number("head"));
    }

    private static async Task<IChannel> OpenAsync(ServerUnderTest server, IPAddress from)
    {
        var socket = new TcpClient(new IPEndPoint(from, 0)) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.Host, server.Port);
            var stream = new SslStream(socket.GetStream());
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = server.Host,
                ApplicationProtocols = [new SslApplicationProtocol("chatroom/3")],
                RemoteCertificateValidationCallback = server.Trusts,
            });
            return new NativeChannel(socket, stream);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
        {
            socket.Dispose();
            throw;
        }
    }
}
