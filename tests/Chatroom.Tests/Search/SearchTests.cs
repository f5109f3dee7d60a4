using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server;
using Chatroom.Server.Storage;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Search;

/// <summary>SEARCH over rooms of which a part is in the index and the rest is not: no page tells which.</summary>
public sealed class SearchTests : IAsyncLifetime
{
    private const int Many = (2 * SearchSegment.Entries) + 200;
    private static readonly string[] Words = ["会议", "明天", "deploy", "report", "三点", "tea", "release", "是"];

    private ServerBench bench = null!;
    private MemoryClient ann = null!;
    private MemoryClient bob = null!;
    private string room = null!;

    // What each message says now; null once recalled.
    private readonly SortedDictionary<long, string?> said = [];
    private readonly Dictionary<long, string> by = [];

    public async ValueTask InitializeAsync()
    {
        bench = await ServerBench.StartAsync();
        ann = await bench.JoinAsync("ann");
        bob = await bench.JoinAsync("bob");
        room = await GroupAsync("talk");
    }

    public async ValueTask DisposeAsync()
    {
        await ann.DisposeAsync();
        await bob.DisposeAsync();
        await bench.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Finds_every_message_once_the_newest_first_with_the_index_and_without(bool indexed)
    {
        await FillAsync();
        if (indexed)
        {
            await bench.Core.Search.RoomAsync(Id, rest: false);
        }

        Assert.Equal(indexed ? [0L, 1L] : [], await SegmentsAsync());
        foreach (var query in new[] { "会议", "会议 deploy", "rep", "议", "tea 三点 明天", "\"tea 三点\"", "是", "nowhere", "x5" })
        {
            var wanted = said.Where(m => m.Value is { } text && Chatroom.Server.Search.SearchQuery.TryParse(query, out var q) && q.Match(text) is not null).Select(m => m.Key).ToHashSet();
            var found = await AllAsync(ann, new SearchRequest { Text = query, In = [new SearchPlace { Room = room }] });
            Assert.Equal(wanted, found.Select(h => h.Entry.Seq).ToHashSet());
            Assert.Equal(wanted.Count, found.Count);
            Assert.Equal(found.Select(h => said[h.Entry.Seq]), found.Select(h => h.Entry.Text));

            // Newest first: of the message, or of its newest wording.
            var unedited = found.Where(h => h.Edited is null).Select(h => h.Entry.Seq).ToList();
            Assert.Equal(unedited.OrderDescending(), unedited);
        }

        var byBob = await AllAsync(ann, new SearchRequest { Text = "会议", From = bob.Account, In = [new SearchPlace { Room = room }] });
        Assert.NotEmpty(byBob);
        Assert.All(byBob, h => Assert.Equal(bob.Account, h.Entry.Sender));
        Assert.Equal(said.Count(m => m.Value?.Contains("会议", StringComparison.Ordinal) is true && by[m.Key] == bob.Account), byBob.Count);
    }

    [Fact]
    public async Task Over_all_rooms_the_newest_comes_first_whatever_room_it_is_in()
    {
        var other = await GroupAsync("other");
        var order = new List<(string Room, long Seq)>();
        for (var i = 0; i < 60; i++)
        {
            var where = (i * 7 % 3) switch { 0 => room, 1 => other, _ => "lobby" };
            order.Add((where, (await ann.SayAsync(where, i % 4 == 0 ? "nothing" : $"tea number {i}")).Seq));
            if (i % 4 == 0)
            {
                order.RemoveAt(order.Count - 1);
            }
        }

        order.Reverse();
        var found = await AllAsync(bob, new SearchRequest { Text = "tea", Limit = 7 });
        Assert.Equal(order.Select(o => o.Room).ToHashSet(), found.Select(h => h.Entry.Room).ToHashSet());

        // Several in one millisecond are in no order.
        Assert.Equal(found.Select(h => h.Entry.Time).OrderDescending(), found.Select(h => h.Entry.Time));
        Assert.Equal(order.Order(), found.Select(h => (h.Entry.Room, h.Entry.Seq)).Order());
        Assert.Equal("tea", found[0].Entry.Text![found[0].Marks[0].Start..(found[0].Marks[0].Start + found[0].Marks[0].Length)]);
    }

    [Fact]
    public async Task A_recall_takes_the_words_of_the_message_and_of_its_edits_out_of_the_index_with_its_commit()
    {
        await FillAsync();
        await bench.Core.Search.RoomAsync(Id, rest: false);
        var (seq, _) = said.First(m => m.Value is not null && by[m.Key] == ann.Account);
        await EditAsync(ann, seq, "a rare wording");
        Assert.Single(await AllAsync(ann, Rare));
        await RecallAsync(ann, seq);
        Assert.Equal([1L], await SegmentsAsync());
        Assert.Empty(await AllAsync(ann, Rare));
        await bench.Core.Search.RoomAsync(Id, rest: false);
        Assert.Equal([0L, 1L], await SegmentsAsync());
        Assert.Empty(await AllAsync(ann, Rare));
    }

    [Fact]
    public async Task What_is_recalled_while_its_segment_is_read_does_not_come_into_the_index()
    {
        await FillAsync();
        var (seq, _) = said.First(m => m.Value is not null && by[m.Key] == ann.Account);
        await EditAsync(ann, seq, "a rare wording");
        var between = new BetweenStore(bench.Core.Store);
        var index = new Chatroom.Server.Search.SearchIndex(between, bench.Core.Vault, TimeProvider.System, bench.Core.Log);
        between.BeforeWrite = () => RecallAsync(ann, seq);
        await index.RoomAsync(Id, rest: false);
        Assert.Equal([1L], await SegmentsAsync());
        await index.RoomAsync(Id, rest: false);
        Assert.Equal([0L, 1L], await SegmentsAsync());
        Assert.Empty(await AllAsync(ann, Rare));
    }

    [Fact]
    public async Task A_damaged_piece_of_the_index_costs_time_and_no_message_and_is_made_again()
    {
        await FillAsync();
        await bench.Core.Search.RoomAsync(Id, rest: false);
        await bench.Core.Store.WriteAsync(tx =>
        {
            ((Chatroom.Server.Storage.Sqlite.StoreTransaction)tx).Connection.Execute("UPDATE search_buckets SET sealed = zeroblob(length(sealed)) WHERE id <= 64");
            return 0;
        });
        var wanted = said.Count(m => m.Value?.Contains("会议", StringComparison.Ordinal) is true);
        Assert.Equal(wanted, (await AllAsync(ann, new SearchRequest { Text = "会议", In = [new SearchPlace { Room = room }] })).Count);
        await Until.TrueAsync(async () => (await SegmentsAsync()).SequenceEqual([1L]));
        await bench.Core.Search.RoomAsync(Id, rest: false);
        Assert.Equal(wanted, (await AllAsync(ann, new SearchRequest { Text = "会议", In = [new SearchPlace { Room = room }] })).Count);
        Assert.Equal([0L, 1L], await SegmentsAsync());
    }

    [Fact]
    public async Task An_entry_that_does_not_open_keeps_no_other_from_being_found()
    {
        await ann.SayAsync(room, "tea one");
        var broken = await ann.SayAsync(room, "tea two");
        await ann.SayAsync(room, "tea three");
        await bench.Core.Store.WriteAsync(tx =>
        {
            ((Chatroom.Server.Storage.Sqlite.StoreTransaction)tx).Connection.Execute($"UPDATE entries SET sealed_body = zeroblob(length(sealed_body)) WHERE room = {Id} AND seq = {broken.Seq}");
            return 0;
        });
        Assert.Equal(["tea three", "tea one"], (await AllAsync(ann, new SearchRequest { Text = "tea" })).Select(h => h.Entry.Text));
    }

    [Fact]
    public async Task A_clock_that_was_set_back_doubles_nothing()
    {
        for (var i = 0; i < 30; i++)
        {
            await ann.SayAsync(room, $"tea {i}");
        }

        await bench.Core.Store.WriteAsync(tx =>
        {
            ((Chatroom.Server.Storage.Sqlite.StoreTransaction)tx).Connection.Execute($"UPDATE entries SET time = 1000000 + (seq * 7919) % 31 WHERE room = {Id}");
            return 0;
        });
        Assert.Equal(30, (await AllAsync(ann, new SearchRequest { Text = "tea", Limit = 1 })).Count);
        Assert.Equal(30, (await AllAsync(ann, new SearchRequest { Text = "tea", Limit = 4, In = [new SearchPlace { Room = room }] })).Count);
    }

    [Fact]
    public async Task Only_what_a_person_may_see_is_found_also_by_the_index()
    {
        var secret = (await ann.AskAsync<CreateGroupRequest, RoomJoined>(
            Code.CreateGroup, new CreateGroupRequest { Name = "closed", Public = false, History = "join", ClientId = MemoryClient.NewId() }, Code.GroupCreated)).Room.Id;
        await SayManyAsync(ann, secret, 600, i => $"old tea {i}");
        await ann.AskAsync(Code.Invite, new MemberRequest { Room = secret, Name = "bob", ClientId = MemoryClient.NewId() });
        var joined = await bob.AskAsync(Code.JoinGroup, new JoinGroupRequest { Room = secret, ClientId = MemoryClient.NewId() });
        Assert.False(Codes.IsError(joined.Code));
        await SayManyAsync(ann, secret, 600, i => $"new tea {i}");
        Ids.TryRoom(secret, out var id);
        await bench.Core.Search.RoomAsync(id, rest: false);
        Assert.Equal(600, (await AllAsync(bob, new SearchRequest { Text = "tea" })).Count);
        Assert.Empty(await AllAsync(bob, new SearchRequest { Text = "old" }));
        Assert.Equal(600, (await AllAsync(ann, new SearchRequest { Text = "old" })).Count);

        await bob.AskAsync(Code.LeaveGroup, new RoomRequest { Room = secret, ClientId = MemoryClient.NewId() });
        Assert.Empty(await AllAsync(bob, new SearchRequest { Text = "tea" }));
        Assert.Equal(Code.NotFound, (await bob.AskAsync(Code.Search, new SearchRequest { Text = "tea", In = [new SearchPlace { Room = secret }] })).Code);
    }

    [Fact]
    public async Task Segments_that_fill_up_come_into_the_index_by_themselves_and_after_a_restart()
    {
        using var stop = new CancellationTokenSource();
        await FillAsync();
        var running = bench.Core.Search.RunAsync(stop.Token);
        await Until.TrueAsync(async () => (await SegmentsAsync()).SequenceEqual([0L, 1L]));
        await SayManyAsync(ann, room, SearchSegment.Entries, i => $"more {i}");
        await Until.TrueAsync(async () => (await SegmentsAsync()).SequenceEqual([0L, 1L, 2L]));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task So_much_text_that_an_index_is_not_worth_it_is_found_all_the_same()
    {
        var filler = string.Concat(Enumerable.Range(0, 1500).Select(i => $"{i:x}字"));
        await SayManyAsync(ann, room, SearchSegment.Entries + 10, i => i == 500 ? filler + " needle" : filler);
        await bench.Core.Search.RoomAsync(Id, rest: false);
        Assert.Equal([0L], await SegmentsAsync());
        Assert.EndsWith("needle", Assert.Single(await AllAsync(ann, new SearchRequest { Text = "needle" })).Entry.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "text")]
    [InlineData("   ", "text")]
    [InlineData("a b c d e f g h i j k l m", "text")]
    public async Task What_cannot_be_looked_for_is_refused(string text, string field)
    {
        var reply = await ann.AskAsync(Code.Search, new SearchRequest { Text = text });
        Assert.Equal(Code.WrongMessage, reply.Code);
        Assert.Equal(field, WireJson.Read<ErrorBody>(reply.Body.Span).Field);
        Assert.Equal(Code.NoSuchUser, (await ann.AskAsync(Code.Search, new SearchRequest { Text = "x", From = "bob" })).Code);
        Assert.Equal(Code.NoSuchUser, (await ann.AskAsync(Code.Search, new SearchRequest { Text = "x", FromName = "carl" })).Code);
        Assert.Equal(Code.Found, (await ann.AskAsync(Code.Search, new SearchRequest { Text = "x", FromName = "BOB" })).Code);
        Assert.Equal("in", WireJson.Read<ErrorBody>((await ann.AskAsync(Code.Search, new SearchRequest { Text = "x", In = [] })).Body.Span).Field);
        Assert.Equal("in", WireJson.Read<ErrorBody>((await ann.AskAsync(Code.Search, new SearchRequest { Text = "x", In = [null!] })).Body.Span).Field);
    }

    private SearchRequest Rare => new() { Text = "rare wording", In = [new SearchPlace { Room = room }] };

    private long Id => Ids.TryRoom(room, out var id) ? id : throw new InvalidOperationException();

    private Task<IReadOnlyList<long>> SegmentsAsync() => bench.Core.Store.ReadAsync(store => store.SearchSegments(Id));

    /// <summary>All pages; none may give a message that another gave.</summary>
    private static async Task<List<SearchHit>> AllAsync(MemoryClient client, SearchRequest request)
    {
        var found = new List<SearchHit>();
        while (true)
        {
            var page = await client.AskAsync<SearchRequest, SearchPage>(Code.Search, request, Code.Found);
            found.AddRange(page.Hits);
            if (page.More is null)
            {
                Assert.Equal(found.Count, found.Select(h => (h.Entry.Room, h.Entry.Seq)).Distinct().Count());
                return found;
            }

            request = request with { In = page.More };
        }
    }

    private async Task<string> GroupAsync(string name)
    {
        var group = (await ann.AskAsync<CreateGroupRequest, RoomJoined>(
            Code.CreateGroup, new CreateGroupRequest { Name = name, Public = true, ClientId = MemoryClient.NewId() }, Code.GroupCreated)).Room.Id;
        Assert.False(Codes.IsError((await bob.AskAsync(Code.JoinGroup, new JoinGroupRequest { Room = group, ClientId = MemoryClient.NewId() })).Code));
        return group;
    }

    // Two and a bit segments of talk, with edits and recalls in it.
    private async Task FillAsync()
    {
        var random = new Random(7);
        string Text() => string.Join(' ', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Words[random.Next(Words.Length)])) + $" x{random.Next(50)}";
        for (var sent = 0; sent < Many; sent += 100)
        {
            foreach (var who in new[] { ann, bob })
            {
                var texts = Enumerable.Range(0, 50).Select(_ => Text()).ToList();
                foreach (var (entry, text) in (await SayManyAsync(who, room, texts.Count, i => texts[i])).Zip(texts))
                {
                    (said[entry.Seq], by[entry.Seq]) = (text, who.Account);
                }

                var mine = said.Where(m => m.Value is not null && by[m.Key] == who.Account).Select(m => m.Key).ToList();
                await EditAsync(who, mine[random.Next(mine.Count)], Text());
                await RecallAsync(who, mine[random.Next(mine.Count)]);
            }
        }
    }

    private static async Task<List<Entry>> SayManyAsync(MemoryClient who, string room, int count, Func<int, string> text)
    {
        var answers = Enumerable.Range(0, count)
            .Select(i => who.SendAsync(Code.SendMessage, new SendMessageRequest { Room = room, Text = text(i), ClientId = MemoryClient.NewId() })).ToList();
        var entries = new List<Entry>();
        foreach (var answer in answers)
        {
            var frame = (await answer)[0];
            Assert.Equal(Code.SendMessageAll, frame.Code);
            entries.Add(WireJson.Read<Entry>(frame.Body.Span));
        }

        return entries;
    }

    private async Task EditAsync(MemoryClient who, long seq, string text)
    {
        await who.AskAsync<EditRequest, Entry>(Code.Edit, new EditRequest { Room = room, Target = seq, Text = text, ClientId = MemoryClient.NewId() }, Code.Entry);
        said[seq] = text;
    }

    private async Task RecallAsync(MemoryClient who, long seq)
    {
        await who.AskAsync<TargetRequest, Entry>(Code.Recall, new TargetRequest { Room = room, Target = seq, ClientId = MemoryClient.NewId() }, Code.Entry);
        said[seq] = null;
    }

    /// <summary>Something happens between what the index reads and what it writes.</summary>
    private sealed class BetweenStore(IChatStore inner) : IChatStore
    {
        public Func<Task>? BeforeWrite { get; set; }

        public string? Failure => inner.Failure;

        public int Queued => inner.Queued;

        public event Action<bool>? BatchCommitted
        {
            add => inner.BatchCommitted += value;
            remove => inner.BatchCommitted -= value;
        }

        public async Task<T> WriteAsync<T>(Func<IStoreTransaction, T> change, Action<T>? committed = null, bool continueOnWriter = false)
        {
            if (BeforeWrite is { } act)
            {
                BeforeWrite = null;
                await act();
            }

            return await inner.WriteAsync(change, committed, continueOnWriter);
        }

        public Task<T> ReadAsync<T>(Func<IStoreReader, T> read) => inner.ReadAsync(read);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
