using System.Security.Cryptography;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Commands;
using Chatroom.Server.Files;
using Chatroom.Server.Names;
using Chatroom.Server.Rooms;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Maintenance.ClassicImport;

/// <summary>
/// The data folder of a stopped server. What people said goes through the same commands as when they say it live, with the time when it was said
/// (<see cref="Caller.SaidAt"/>): exactly once, chained, counted and sealed as everything else.
/// </summary>
internal sealed class StoreTarget(DataFolder folder, ChatCore core) : IImportTarget
{
    private const int Page = 500;
    private const int PieceLength = 64 * 1024;

    public byte[] IdOf(string kind, params ReadOnlySpan<string> parts)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        writer.Write("import-classic");
        writer.Write(kind);
        foreach (var part in parts)
        {
            writer.Write(part); // with its length, so that parts cannot be mistaken for each other
        }

        return core.Vault.Digest(content.ToArray());
    }

    public Task<(bool Free, long? Account)> LookAsync(NameCheck name, byte[] personId)
    {
        var key = core.Vault.AccountKey(name.Key);
        return core.Store.ReadAsync<(bool, long?)>(store => store.AccountByName(key) is not { } row
            ? (true, null)
            : (false, store.Change(row.Id, personId) is null ? null : row.Id));
    }

    public async Task<ImportedPerson> AddAsync(NewPerson person, CancellationToken cancellation)
    {
        // Without a password that can be typed the account is there, but nobody signs in until it is given a new one.
        var usable = ClassicPeople.CanSignIn(person.Password);
        var hash = usable ? await core.Passwords.HashAsync(person.Password, cancellation) : "";
        var id = Ids.New();
        var row = new AccountRow(
            id, core.Vault.AccountKey(person.Name.Key), core.Vault.SealAccountName(id, person.Name.Display), hash, ServerRole.Member, core.Now,
            false, false, AcceptPolicy.Everyone);
        var alias = person.Name.Display == person.OldName ? null : core.Vault.ClassicAliasKey(person.OldName);
        await core.Store.WriteAsync(store =>
        {
            store.InsertAccount(row);

            // From the beginning and without a join entry: they were there before this server was, and the old history is theirs.
            store.InsertMembership(new MembershipRow(Ids.Lobby, id, 1, null, RoomRole.Member));
            store.SetSeenRevision(id, store.Touch(id, ItemKind.Room, Ids.Lobby));
            store.InsertChange(new ChangeRow(id, person.Id, new byte[16], (ushort)Code.RegisterSuccess, null, null, null, core.Now));
            if (alias is not null)
            {
                store.PutClassicAlias(alias, id);
            }

            return true;
        });
        return new ImportedPerson(person.OldName, person.Name.Display, id);
    }

    public Task<IReadOnlyList<ChangeRow?>> WrittenAsync(IReadOnlyList<(long Account, byte[] Id)> ids) =>
        core.Store.ReadAsync<IReadOnlyList<ChangeRow?>>(store => [.. ids.Select(i => store.Change(i.Account, i.Id))]);

    public Task<long> CountAsync((ImportedPerson A, ImportedPerson B)? pair) => core.Store.ReadAsync(store =>
    {
        var room = pair is { } two ? store.PrivateRoom(two.A.Account, two.B.Account) : Ids.Lobby;
        return room is { } id ? store.Room(id)!.Ordinal : 0;
    });

    public Task<Written> BefriendAsync(ImportedPerson one, ImportedPerson other, byte[] id)
    {
        var body = new PersonRequest { Account = Ids.Account(other.Account), ClientId = Convert.ToHexStringLower(id) };
        return RunAsync(new Caller(one.Account, one.Name, 0, Scopes.All, TokenKind.Device), Code.AddFriend, id, body, AddFriend.Plan, other);
    }

    public Task<Written> SendAsync(ImportedPerson from, ImportedPerson? to, byte[] id, long time, string text)
    {
        var body = new SendMessageRequest { Room = to is null ? Ids.Room(Ids.Lobby) : null, To = to?.Name, Text = text, ClientId = Convert.ToHexStringLower(id) };
        return RunAsync(CallerOf(from, time), Code.SendMessage, id, body, SendMessage.Plan, to);
    }

    public async Task<Written> PutFileAsync(ImportedPerson from, byte[] id, long time, string name, Func<Stream> open, CancellationToken cancellation)
    {
        await using var content = open();
        var body = new SendFileRequest
        {
            Room = Ids.Room(Ids.Lobby),
            Name = name,
            Size = content.Length,
            Sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation)),
            ClientId = Convert.ToHexStringLower(id),
        };
        var caller = CallerOf(from, time);
        var opened = await SendFile.OpenAsync(core, caller, body, cancellation);
        if (opened.Refusal is { } refused)
        {
            return Refusal(refused);
        }

        return opened.Body!.Entry is { } there ? new Written(Ids.Lobby, there.Seq) : await UploadAsync(caller, id, content, cancellation);
    }

    public async Task ReadUpToAsync(long room, long seq)
    {
        var members = await core.Store.ReadAsync(store => store.MembersOf(room, 0, Page));
        while (members.Count > 0)
        {
            var page = members;
            await core.Store.WriteAsync(store =>
            {
                foreach (var member in page)
                {
                    Quietly(store, [member.Account], () => store.AdvancePosition(room, member.Account, seq) && store.Touch(member.Account, ItemKind.Position, room) > 0);
                }

                return true;
            });
            members = await core.Store.ReadAsync(store => store.MembersOf(room, page[^1].Account, Page));
        }
    }

    public Task<bool> HasOwnerAsync() => core.Store.ReadAsync(store => store.CountServerOwners() > 0);

    public async ValueTask DisposeAsync()
    {
        await core.DisposeAsync();
        folder.Dispose();
    }

    private static Caller CallerOf(ImportedPerson person, long time) => new(person.Account, person.Name, 0, Scopes.All, TokenKind.Device) { SaidAt = time };

    private async Task<Written> UploadAsync(Caller caller, byte[] id, Stream content, CancellationToken cancellation)
    {
        var row = await core.Store.ReadAsync(store => store.FileByClientId(caller.Account, id)) ?? throw new IOException("A file's row is gone while it is written.");
        using var lease = await core.Files.Uploads.TakeAsync(row, cancellation) ?? throw new IOException("Too many uploads are open.");
        if (lease.Blob is { } blob)
        {
            // An import that was cut off left its beginning here.
            content.Position = blob.Length;
            var piece = new byte[PieceLength];
            for (int read; (read = await content.ReadAsync(piece, cancellation)) > 0;)
            {
                await blob.AppendAsync(piece.AsMemory(0, read));
            }

            await blob.FlushAsync();
        }

        var state = await Uploads.StateAsync(core, caller, row, lease);
        return state switch
        {
            { Refusal: { } refusal } => Refusal(refusal),
            { Entry: { } entry } => new Written(Ids.Lobby, entry.Seq),
            _ => throw new IOException("A file of the source ended before its length."),
        };
    }

    // What old messages and friendships bring is no news to the people they belong to: who had been told everything before has been told everything after.
    private static T Quietly<T>(IStoreTransaction store, ReadOnlySpan<long> accounts, Func<T> make)
    {
        var told = new List<long>();
        foreach (var account in accounts)
        {
            if (store.Account(account) is { } row && row.Revision == row.SeenRevision)
            {
                told.Add(account);
            }
        }

        var result = make();
        foreach (var account in told)
        {
            store.SetSeenRevision(account, store.Account(account)!.Revision);
        }

        return result;
    }

    private async Task<Written> RunAsync<T>(Caller caller, Code code, byte[] id, T body, Func<Request<T>, Plan> plan, ImportedPerson? other)
    {
        var planned = plan(new Request<T>(core, null, caller, body, id, CancellationToken.None));
        if (planned.Refusal is { } wrong)
        {
            return Refusal(wrong);
        }

        // The lobby's messages stamp nobody's items.
        Reply Make(Change change) => other is null
            ? planned.Make!(change)
            : Quietly(change.Store, [caller.Account, other.Account], () => planned.Make!(change));

        var reply = await Changes.RunAsync(core, caller, null, code, id, WireJson.Write(body), Make);
        return reply.Refused ? Refusal(reply) : new Written(reply.Entry?.Room ?? 0, reply.Entry?.Seq ?? 0);
    }

    private static Written Refusal(Reply reply)
    {
        var text = WireJson.Read<ErrorBody>(reply.Body).Text;
        return reply.Code is Code.StorageFull or Code.StoreUnavailable or Code.InternalError or Code.TooManyRequests
            ? throw new IOException($"{text} What came over before this is kept; run the import again to go on.")
            : new Written(0, 0, text);
    }
}
