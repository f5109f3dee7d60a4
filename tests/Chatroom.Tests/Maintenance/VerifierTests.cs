using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server;
using Chatroom.Server.Maintenance;
using Chatroom.Server.Storage;
using Chatroom.Tests.Sealing;
using Chatroom.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatroom.Tests.Maintenance;

/// <summary>Someone with the database file in their hands, and what Verifier says of it afterwards.</summary>
public sealed class VerifierTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private ChatServerOptions Options => ServerBench.OptionsIn(folder);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_folder_with_edits_and_recalls_is_well()
    {
        await FillAsync();
        var report = await VerifyAsync();
        Assert.Empty(report.Problems);
        Assert.Equal((2, 12), (report.Rooms, report.Entries));
    }

    // The lobby's log: 1 join, 2–6 texts, 7 edit of 2, 8 edit of 3, 9 recall of 3 (which erased 8 too), 10 text, 11 reaction to 2.
    [Theory]
    [InlineData("UPDATE entries SET time = time + 1 WHERE room = 1 AND seq = 4", 4)]
    [InlineData("UPDATE entries SET sender = sender + 1 WHERE room = 1 AND seq = 5", 5)]
    [InlineData("UPDATE entries SET target = 4 WHERE room = 1 AND seq = 7", 7)]
    [InlineData("UPDATE entries SET counts = 0 WHERE room = 1 AND seq = 6", 6)]
    [InlineData("UPDATE entries SET body_digest = randomblob(32) WHERE room = 1 AND seq = 6", 6)]
    [InlineData("UPDATE entries SET link = randomblob(32) WHERE room = 1 AND seq = 2", 2)]
    [InlineData("UPDATE entries SET sealed_body = CAST(substr(sealed_body, 1, length(sealed_body) - 2) || X'0000' AS BLOB) WHERE room = 1 AND seq = 4", 4)]
    [InlineData("UPDATE entries SET sealed_body = zeroblob(length(sealed_body)), erased = 1 WHERE room = 1 AND seq = 4", 4)]
    [InlineData("UPDATE entries SET sealed_body = (SELECT sealed_body FROM entries WHERE room = 1 AND seq = 5) WHERE room = 1 AND seq = 4", 4)]
    [InlineData("DELETE FROM entries WHERE room = 1 AND seq = 4", 4)]
    [InlineData("DELETE FROM entries WHERE room = 1 AND seq = 1", 1)]
    [InlineData("DELETE FROM entries WHERE room = 1 AND seq = 11", 11)]
    [InlineData("UPDATE entries SET seq = 99 WHERE room = 1 AND seq = 4; UPDATE entries SET seq = 4 WHERE room = 1 AND seq = 5; UPDATE entries SET seq = 5 WHERE room = 1 AND seq = 99", 4)]
    [InlineData("UPDATE entries SET room = (SELECT id FROM rooms WHERE id <> 1), seq = 99 WHERE room = 1 AND seq = 10", 10)]
    [InlineData("UPDATE rooms SET head = 10 WHERE id = 1", 12)]
    [InlineData("UPDATE rooms SET head = 12 WHERE id = 1", 12)]
    [InlineData("UPDATE rooms SET head_link = randomblob(64) WHERE id = 1", 12)]
    [InlineData("UPDATE rooms SET ordinal = ordinal + 1 WHERE id = 1", 12)]
    [InlineData("DELETE FROM entries WHERE room = 1 AND seq = 11; UPDATE rooms SET head = 10, ordinal = (SELECT ordinal FROM entries WHERE room = 1 AND seq = 10), head_link = CAST((SELECT link FROM entries WHERE room = 1 AND seq = 10) || substr(head_link, 33) AS BLOB) WHERE id = 1", 11)]
    [InlineData("DELETE FROM entries WHERE room = 1; UPDATE rooms SET head = 0, ordinal = 0, head_link = zeroblob(64) WHERE id = 1", 1)]
    [InlineData("UPDATE entries SET recalled = 1 WHERE room = 1 AND seq = 4", 4)]
    [InlineData("UPDATE entries SET recalled = 1, erased = 1, sealed_body = zeroblob(length(sealed_body)) WHERE room = 1 AND seq = 4", 4)]
    [InlineData("UPDATE entries SET recalled = 0 WHERE room = 1 AND seq = 3", 3)]
    [InlineData("UPDATE entries SET erased = 1, sealed_body = zeroblob(length(sealed_body)) WHERE room = 1 AND seq = 7", 7)]
    [InlineData("UPDATE entries SET erased = 0 WHERE room = 1 AND seq = 8", 8)]
    public async Task What_was_altered_dropped_moved_or_erased_is_named(string sql, long bad)
    {
        await FillAsync();
        await AlterAsync(sql);
        var report = await VerifyAsync();
        Assert.Contains(report.Problems, p => p.StartsWith($"room lobby: the first bad entry is {bad}:", StringComparison.Ordinal));
        Assert.Single(report.Problems, p => p.StartsWith("room lobby:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("UPDATE sqlite_schema SET sql = replace(sql, 'members + 1', 'members + 3') WHERE name = 'member_joined'", "lacks trigger member_joined", "holds trigger member_joined")]
    [InlineData("UPDATE sqlite_schema SET sql = replace(sql, 'uses_left INTEGER NOT NULL', 'uses_left INTEGER') WHERE name = 'registration_invites'", "lacks table registration_invites", "holds table registration_invites")]
    [InlineData("DELETE FROM sqlite_schema WHERE name = 'member_left'", "lacks trigger member_left", null)]
    public async Task A_schema_that_is_not_as_it_was_made_is_named(string sql, string lacks, string? holds)
    {
        await FillAsync();
        await AlterAsync("PRAGMA writable_schema = ON; " + sql);
        var problems = (await VerifyAsync()).Problems;
        Assert.Equal(holds is null ? 1 : 2, problems.Count);
        Assert.Contains($"the schema {lacks}", problems[0], StringComparison.Ordinal);
        Assert.True(holds is null || problems[1].Contains($"the schema {holds}", StringComparison.Ordinal), problems[^1]);
    }

    [Fact]
    public async Task Of_two_bad_entries_the_first_is_named()
    {
        await FillAsync();
        await AlterAsync("UPDATE entries SET time = time + 1 WHERE room = 1 AND seq IN (5, 9)");
        Assert.StartsWith("room lobby: the first bad entry is 5:", Assert.Single((await VerifyAsync()).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rooms_are_judged_apart()
    {
        await FillAsync();
        await AlterAsync("UPDATE entries SET time = time + 1 WHERE seq = 1");
        Assert.Equal(2, (await VerifyAsync()).Problems.Count);
    }

    [Theory]
    [InlineData("UPDATE member_counts SET members = members + 1 WHERE room = 1", 2, 1)]
    [InlineData("UPDATE member_counts SET members = 0 WHERE room = 1", 0, 1)]
    [InlineData("DELETE FROM member_counts WHERE room = 1", 0, 1)]
    [InlineData("UPDATE memberships SET left_seq = 11 WHERE room = 1; UPDATE member_counts SET members = 1 WHERE room = 1", 1, 0)]
    public async Task A_room_whose_kept_number_of_members_is_not_that_of_its_memberships_is_named(string sql, int kept, int counted)
    {
        await FillAsync();
        await AlterAsync(sql);
        Assert.Equal($"room lobby: the number of its members is kept as {kept}, but there are {counted}", Assert.Single((await VerifyAsync()).Problems));
    }

    private async Task FillAsync()
    {
        using var data = DataFolder.Open(Options, create: true);
        await using var core = await ChatServer.OpenAsync(data, Options, NullLogger.Instance, TimeProvider.System);
        var channel = new MemoryChannel();
        await using var alice = new MemoryClient(channel, new Chatroom.Server.Connections.ChatConnection(core, channel, "test").RunAsync(default), null);
        await alice.RegisterAsync("alice");
        await alice.LoginAsync("alice");
        for (var i = 2; i <= 6; i++)
        {
            Assert.Equal(i, (await alice.SayAsync("lobby", "something that was said")).Seq);
        }

        foreach (var target in new[] { 2, 3 })
        {
            await alice.AskAsync<EditRequest, Entry>(Code.Edit, new EditRequest { Room = "lobby", Target = target, Text = "said better", ClientId = MemoryClient.NewId() }, Code.Entry);
        }

        await alice.AskAsync<TargetRequest, Entry>(Code.Recall, new TargetRequest { Room = "lobby", Target = 3, ClientId = MemoryClient.NewId() }, Code.Entry);
        await alice.SayAsync("lobby", "the end");
        await alice.AskAsync<TargetRequest, Entry>(Code.React, new TargetRequest { Room = "lobby", Target = 2, Emoji = "👍", ClientId = MemoryClient.NewId() }, Code.Entry);
        var create = new CreateGroupRequest { Name = "tea", ClientId = MemoryClient.NewId() };
        await alice.AskAsync<CreateGroupRequest, RoomJoined>(Code.CreateGroup, create, Code.GroupCreated);
    }

    private async Task AlterAsync(string sql)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = DataFolder.DatabaseIn(Options.Data), Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(await command.ExecuteNonQueryAsync() > 0, "nothing was altered");
    }

    private async Task<VerifyReport> VerifyAsync()
    {
        using var data = DataFolder.Open(Options, create: false);
        return await Verifier.RunAsync(data, Options, NullLogger.Instance, _ => { }, default);
    }
}
