using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Storage;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Commands;

/// <summary>Where nothing can be written, who holds a token reads.</summary>
public sealed class FullDiskSignInTests
{
    [Fact]
    public async Task A_token_signs_in_though_others_in_the_same_commits_find_no_room()
    {
        await using var bench = await ServerBench.StartAsync();
        FaultyStore store = null!;
        bench.Wrap(inner => store = new FaultyStore(inner));
        await using var first = await bench.JoinAsync("alice");

        // That of its own note, and of what it is committed with, a few times.
        var refusals = 5;
        store.FailWrites(() =>
        {
            if (--refusals == 0)
            {
                store.Recover();
            }

            return new StoreFullException("The disk is full.");
        });
        await using var again = bench.Connect();
        var answer = await again.SendAsync(Code.Login, new LoginRequest { Version = 3, Token = first.Success!.Token });
        Assert.Equal(Code.LoginSuccess, answer[0].Code);
    }
}
