using Chatroom.Server.Storage;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Sessions;

/// <summary>What the server remembers of people.</summary>
public sealed class PeopleTests
{
    [Fact]
    public async Task What_a_change_that_was_taken_back_saw_of_a_person_is_not_remembered()
    {
        await using var test = await TestCore.StartAsync();
        var alice = await test.PersonAsync("alice");
        await Assert.ThrowsAsync<StoreFullException>(() => test.Core.Store.WriteAsync<bool>(store =>
        {
            store.UpdateAccount(store.Account(alice.Id)! with { Disabled = true });
            Assert.True(test.Core.People.Get(store, alice.Id).Disabled);
            throw new StoreFullException("The disk is full.");
        }));
        Assert.False((await test.Core.Store.ReadAsync(store => test.Core.People.Get(store, alice.Id))).Disabled);
    }
}
