using Chatroom.Faults.Judging;

namespace Chatroom.Faults.Running;

/// <summary>People in the lobby, a group and a private chat, over both channels: some send, some upload files, all watch.</summary>
public sealed class Town : IAsyncDisposable
{
    private readonly Ledger ledger;
    private readonly ServerProcess server;
    private readonly List<(string Room, HashSet<string> Members, long Head)> rooms;
    private bool disposed;

    private Town(ServerProcess server, Ledger ledger, List<Participant> participants, List<Uploader> uploaders, List<(string, HashSet<string>, long)> rooms) =>
        (this.server, this.ledger, Participants, Uploaders, this.rooms) = (server, ledger, participants, uploaders, rooms);

    public IReadOnlyList<Participant> Participants { get; }

    public IReadOnlyList<Uploader> Uploaders { get; }

    public IEnumerable<Sender> Senders => Participants.Select(one => one.Sender).OfType<Sender>();

    public static async Task<Town> BuildAsync(ServerProcess server, Ledger ledger, int senders, int watchers, int window, int uploaders = 0, bool mayBeClosed = false)
    {
        await using var address = server.Address();
        var people = new List<RawClient>();
        try
        {
            for (var i = 0; i < senders + watchers; i++)
            {
                people.Add(await People.RegisterAsync(address, i < senders ? $"sender{i}" : $"watcher{i}"));
            }

            var group = await people[0].GroupAsync([.. people.Skip(1)]);
            var pair = await people[0].PrivateAsync(people[^1]);
            var everyone = people.Select(one => one.Id).ToHashSet();
            List<(string Room, HashSet<string> Members, long Head)> rooms =
            [
                (people[0].Lobby, everyone, await HeadAsync(people[0], people[0].Lobby)),
                (group, everyone, await HeadAsync(people[0], group)),
                (pair, [people[0].Id, people[^1].Id], await HeadAsync(people[0], pair)),
            ];
            var participants = people.Select((person, i) => new Participant(server, ledger, Way(i), person.Name, person.Token, person.Id)
            {
                ReadEvery = i % 2 == 1 ? 37 : 0,
                MayBeClosed = mayBeClosed,
                Sender = i < senders ? new Sender(ledger, person.Id, [.. rooms.Where(room => room.Members.Contains(person.Id)).Select(room => room.Room)], window) : null,
            }).ToList();

            // The last ones watch as well: theirs is another account's connection.
            var uploading = people.TakeLast(uploaders).Select((person, i) => new Uploader(server, ledger, person.Name, person.Token, person.Id, rooms[i % 2].Room)).ToList();
            return new Town(server, ledger, participants, uploading, rooms);
        }
        finally
        {
            foreach (var person in people)
            {
                await person.DisposeAsync();
            }
        }
    }

    /// <summary>Everyone comes; each sender may make so many messages, each uploader as many files as it can.</summary>
    public void Start(long messages)
    {
        foreach (var participant in Participants)
        {
            participant.Sender?.Allow(messages);
            participant.Start(rooms.Where(room => room.Members.Contains(participant.Account)).Select(room => (room.Room, room.Head)));
        }

        foreach (var uploader in Uploaders)
        {
            uploader.Start();
        }
    }

    /// <summary>No new messages; waits until all are acknowledged and everyone has seen the end of every room.</summary>
    public async Task SettleAsync(TimeSpan patience)
    {
        foreach (var sender in Senders)
        {
            sender.Finish();
        }

        foreach (var uploader in Uploaders)
        {
            uploader.Finish();
        }

        await ledger.UntilAsync(_ => Senders.All(sender => sender.IsIdle) && Uploaders.All(uploader => uploader.IsIdle), "everything was acknowledged", patience);
        var ends = ledger.Books().Sent.GroupBy(sent => sent.Room).ToDictionary(room => room.Key, room => room.Max(sent => sent.Seq ?? 0));
        await ledger.UntilAsync(_ => ends.All(SeenByAll), "everyone had seen the end of every room", patience);
    }

    /// <summary>Counts unread once more: a further sign-in of everyone.</summary>
    public async Task SignInAllAsync()
    {
        var before = Participants.Select(one => one.Connections).ToList();
        await server.KillAsync();
        await server.StartAsync();
        await ledger.UntilAsync(_ => Participants.Zip(before).All(pair => pair.First.Connections > pair.Second), "everyone was back", TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        foreach (var uploader in Uploaders)
        {
            await uploader.DisposeAsync();
        }

        foreach (var participant in Participants)
        {
            await participant.DisposeAsync();
        }
    }

    private static Func<ServerUnderTest, Task<IChannel>> Way(int i) => i % 2 == 0 ? NativeChannel.OpenAsync : WebSocketChannel.OpenAsync;

    private static async Task<long> HeadAsync(RawClient person, string room) => (await person.HistoryAsync(room, limit: 1)).Number("head");

    private bool SeenByAll(KeyValuePair<string, long> end) => Participants
        .Where(one => rooms.Any(room => room.Room == end.Key && room.Members.Contains(one.Account)))
        .All(one => ledger.LastSeen(one.Name, end.Key) >= end.Value);
}
