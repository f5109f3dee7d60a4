using System.Collections.Concurrent;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Delivery;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Rooms;

/// <summary>Who someone is, as everyone may know it.</summary>
/// <param name="Name">Null once deleted.</param>
public sealed record Person(long Id, string? Name, ServerRole Role, bool Disabled, bool Deleted, AcceptPolicy Accept)
{
    public bool IsAdmin => Role >= ServerRole.Admin;

    public AccountInfo ToWire() => new() { Id = Ids.Account(Id), Name = Name, ServerRole = Words.Of(Role), Disabled = Disabled ? true : null };

    /// <summary>With how the person is connected now.</summary>
    public AccountInfo Present(Hub hub) => ToWire() with { Classic = hub.IsClassic(Id) ? true : null };
}

/// <summary>Names and server roles of accounts, opened once. Owner of this memory; changed after commits only.</summary>
public sealed class People(Vault vault)
{
    private readonly ConcurrentDictionary<long, Person> known = new();

    /// <summary>The person, from memory or the store; an unknown id is a person without a name. What a transaction sees is not remembered: it may be taken back.</summary>
    public Person Get(IStoreReader store, long id)
    {
        if (known.TryGetValue(id, out var person))
        {
            return person;
        }

        return store.Account(id) is { } row
            ? store is IStoreTransaction ? Open(row) : known.GetOrAdd(id, Open(row))
            : new Person(id, null, ServerRole.Member, Disabled: true, Deleted: true, AcceptPolicy.Everyone);
    }

    public Person Open(AccountRow row) => new(
        row.Id, row.SealedName is null ? null : vault.OpenAccountName(row.Id, row.SealedName), row.Role, row.Disabled, row.Deleted, row.Accept);

    /// <summary>After the commit that changed the account.</summary>
    public void Changed(AccountRow row) => known[row.Id] = Open(row);
}
