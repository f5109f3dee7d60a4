using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server;
using Chatroom.Server.Storage;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Commands;

/// <summary>What ends a sign-in may be committed between the check of a token or password and the sign-in's own commit.</summary>
public sealed class SignInRaceTests : IAsyncLifetime
{
    private ServerBench bench = null!;
    private BetweenStore between = null!;
    private LoginSuccess alice = null!;

    public async ValueTask InitializeAsync()
    {
        bench = await ServerBench.StartAsync();
        bench.Wrap(store => between = new BetweenStore(store));
        await using var client = await bench.JoinAsync("alice");
        alice = client.Success!;
    }

    public ValueTask DisposeAsync() => bench.DisposeAsync();

    [Fact]
    public async Task A_token_revoked_meanwhile_signs_nobody_in_and_stays_revoked()
    {
        Assert.True(Ids.TryDevice(alice.Device, out var device));
        between.Before(store =>
        {
            // Used long ago, so that the sign-in wants to note the use.
            store.UpdateDevice(store.Device(device)! with { Revoked = true, LastUsed = 0 });
            return null;
        });
        Assert.Equal(Code.TokenInvalid, await TryAsync(new LoginRequest { Version = 3, Token = alice.Token }));
        Assert.Equal(Code.TokenInvalid, await TryAsync(new LoginRequest { Version = 3, Token = alice.Token }));
    }

    [Fact]
    public async Task An_account_disabled_meanwhile_is_not_signed_in()
    {
        Change(a => a with { Disabled = true });
        Assert.Equal(Code.AccountDisabled, await TryAsync(new LoginRequest { Version = 3, Token = alice.Token }));
    }

    [Fact]
    public async Task Who_was_signed_out_meanwhile_opens_no_upload_and_with_it_no_private_chat()
    {
        await using var bob = await bench.JoinAsync("bob");
        await using var client = bench.Connect();
        await client.LoginAsync(new LoginRequest { Version = 3, Token = alice.Token });
        SignOut();
        var send = new SendFileRequest { To = "bob", Name = "a.txt", Size = 3, Sha256 = new string('0', 64), ClientId = MemoryClient.NewId() };
        Assert.Equal(Code.TokenInvalid, (await client.AskAsync(Code.SendFile, send)).Code);
        await bob.BarrierAsync();
        Assert.DoesNotContain(bob.Events, frame => frame.Code == Code.AccountChanged);
    }

    [Fact]
    public async Task Who_was_signed_out_meanwhile_moves_no_read_position()
    {
        await using var client = bench.Connect();
        await client.LoginAsync(new LoginRequest { Version = 3, Token = alice.Token });
        SignOut();
        Assert.Equal(Code.TokenInvalid, (await client.AskAsync(Code.MarkRead, new MarkReadRequest { Room = "lobby", Seq = 1 })).Code);
    }

    [Fact]
    public async Task A_password_changed_meanwhile_signs_nobody_in()
    {
        Change(a => a with { PasswordHash = "" });
        Assert.Equal(Code.LoginWrongPassword, await TryAsync(new LoginRequest { Version = 3, Name = "alice", Password = MemoryClient.Password }));
    }

    [Fact]
    public async Task A_sign_in_without_a_password_is_a_wrong_password()
    {
        Assert.Equal(Code.LoginWrongPassword, await TryAsync(new LoginRequest { Version = 3, Name = "alice" }));
        Assert.Equal(Code.LoginWrongPassword, await TryAsync(new LoginRequest { Version = 3, Name = "alice", Password = "" }));
    }

    [Fact]
    public async Task A_change_on_its_way_when_its_device_is_signed_out_is_not_made()
    {
        await using var client = bench.Connect();
        await client.SendAsync(Code.Login, new LoginRequest { Version = 3, Token = alice.Token });
        SignOut();
        var reply = await client.SendAsync(Code.SendMessage, new SendMessageRequest { Room = "lobby", Text = "late", ClientId = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()) });
        Assert.Equal(Code.TokenInvalid, reply[0].Code);
        Assert.Equal(1, await bench.Core.Store.ReadAsync(store => store.Room(Ids.Lobby)!.Head));
    }

    [Fact]
    public async Task A_password_changed_meanwhile_is_not_changed_back_by_who_knew_the_old_one()
    {
        await using var client = bench.Connect();
        await client.SendAsync(Code.Login, new LoginRequest { Version = 3, Token = alice.Token });
        Change(a => a with { PasswordHash = "reset" });
        var reply = await client.SendAsync(Code.ChangePassword, new ChangePasswordRequest
        {
            OldPassword = MemoryClient.Password,
            NewPassword = "another long password",
            ClientId = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()),
        });
        Assert.Equal(Code.LoginWrongPassword, reply[0].Code);
    }

    private void SignOut() => between.Before(store =>
    {
        Assert.True(Ids.TryDevice(alice.Device, out var device));
        store.UpdateDevice(store.Device(device)! with { Revoked = true });
        return null;
    });

    private void Change(Func<AccountRow, AccountRow> change) => between.Before(store =>
    {
        Assert.True(Ids.TryAccount(alice.Account.Id, out var id));
        store.UpdateAccount(change(store.Account(id)!));
        return null;
    });

    private async Task<Code> TryAsync(LoginRequest request)
    {
        await using var client = bench.Connect();
        return (await client.SendAsync(Code.Login, request))[0].Code;
    }
}
