using System.Text;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Connections.Classic;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Connections.Classic;

/// <summary>Notices of so many people that they do not name all: the old client is told each of them all the same.</summary>
public sealed class ClassicEventsTests
{
    [Fact]
    public async Task Of_very_many_who_come_or_go_at_once_each_has_a_notice_once()
    {
        await using var bench = await ServerBench.StartAsync();
        await using var ann = await bench.JoinAsync("ann");
        await using var bob = await bench.JoinAsync("bob");
        await using var cat = await bench.JoinAsync("cat");
        var me = new ClassicPerson(ann.Account, 1, "ann") { LobbyHead = 0, PrivateHeads = new Dictionary<string, long>(), Presence = new PresencePage { Online = [], Total = 0 } };
        var events = new ClassicEvents(bench.Core, me);
        Assert.Equal(["105\n\nbob", "105\n\ncat"], (await TellAsync(Code.LoginUsername, bob)).Order());
        Assert.Empty(await TellAsync(Code.LoginUsername, bob));
        await cat.LeaveAsync();
        Assert.Equal(["800\n\ncat"], await TellAsync(Code.LogoutInfo, cat));
        Assert.Empty(await TellAsync(Code.LogoutInfo, cat));

        async Task<IEnumerable<string>> TellAsync(Code code, MemoryClient named)
        {
            var notice = new PresenceChange { Accounts = [new AccountInfo { Id = named.Account, Name = "named" }], Count = 150, Total = 150 };
            var messages = await events.TranslateAsync(WireJson.Frame(code, 0, notice), TestContext.Current.CancellationToken);
            return messages.Select(m => Encoding.UTF8.GetString(m.Exact()));
        }
    }
}
