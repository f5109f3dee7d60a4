using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public abstract class DeviceTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    [Fact]
    public async Task The_devices_of_a_person_are_listed_with_what_they_are()
    {
        var person = await PersonAsync();
        var tablet = await DeviceAsync(person);
        var devices = (await person.AskAsync(Wire.ListDevices, null, Wire.Devices)).List("devices");
        Assert.Equal(new[] { person.Device, tablet.Device }.Order(), devices.Select(device => device.Text("id")).Order());
        var own = devices.Single(device => device.Flag("current"));
        Assert.Equal((person.Device, "test", "conformance/3", "device"), (own.Text("id"), own.Text("name"), own.Text("client"), own.Text("kind")));
        Assert.All(devices, device => Assert.True(device.Flag("online")));
        await person.ItemAsync("device", item => item.Text("key") == tablet.Device);
    }

    [Fact]
    public async Task A_device_that_is_signed_out_is_told_and_its_token_is_worthless()
    {
        var person = await PersonAsync();
        var lost = await DeviceAsync(person);
        await person.ChangeAsync(Wire.SignOutDevice, new { device = lost.Device }, Wire.Ok);
        var bye = await lost.EventAsync(Wire.Bye, body => body.Number("reason") == Wire.SignedOut);
        Assert.NotEmpty(bye.Body.Text("text"));
        Assert.Null(bye.Body.OptNumber("reconnectAfterMs"));
        await lost.ClosedAsync();
        Assert.Equal(Wire.TokenInvalid, (await (await OpenAsync()).LoginAsync(new { version = 3, token = lost.Token })).Code);
        await person.ItemAsync("device", item => item.Text("key") == lost.Device && item.Flag("deleted"));
        Assert.Single((await person.AskAsync(Wire.ListDevices, null, Wire.Devices)).List("devices"));
        await person.ChangeAsync(Wire.SignOutDevice, new { device = lost.Device }, Wire.NotFound);
    }

    [Fact]
    public async Task The_device_of_someone_else_cannot_be_signed_out()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        await anna.ChangeAsync(Wire.SignOutDevice, new { device = ben.Device }, Wire.NotFound);
        await ben.FenceAsync();
    }

    [Fact]
    public async Task A_changed_password_replaces_the_old_one_and_devices_stay()
    {
        var person = await PersonAsync();
        var tablet = await DeviceAsync(person);
        var newPassword = Unique.Password();
        await person.ChangeAsync(Wire.ChangePassword, new { oldPassword = "not the old one", newPassword }, Wire.LoginWrongPassword);
        await person.ChangeAsync(Wire.ChangePassword, new { oldPassword = person.Password, newPassword = "short" }, Wire.WeakPassword);
        await person.ChangeAsync(Wire.ChangePassword, new { oldPassword = person.Password, newPassword }, Wire.Ok);
        var client = await OpenAsync();
        Assert.Equal(Wire.LoginWrongPassword, (await client.LoginAsync(new { version = 3, name = person.Name, password = person.Password })).Code);
        Assert.Equal(Wire.LoginSuccess, (await client.LoginAsync(new { version = 3, name = person.Name, password = newPassword })).Code);
        await tablet.FenceAsync();
    }

    [Fact]
    public async Task A_changed_password_signs_out_the_others_when_asked()
    {
        var person = await PersonAsync();
        var lost = await DeviceAsync(person);
        await person.ChangeAsync(Wire.ChangePassword, new { oldPassword = person.Password, newPassword = Unique.Password(), signOutOthers = true }, Wire.Ok);
        await lost.EventAsync(Wire.Bye, body => body.Number("reason") == Wire.SignedOut);
        await lost.ClosedAsync();
        Assert.Equal(Wire.TokenInvalid, (await (await OpenAsync()).LoginAsync(new { version = 3, token = lost.Token })).Code);
        await person.FenceAsync();
        await ReturnAsync(person);
    }

    [Fact]
    public async Task A_bot_does_what_its_scopes_allow_and_nothing_else()
    {
        var person = await PersonAsync();
        var room = await person.GroupAsync();
        var target = (await person.SayAsync(room, "x")).Number("seq");
        var (reader, sender, manager) = (await BotAsync(person, "read"), await BotAsync(person, "read", "send"), await BotAsync(person, "read", "manage"));
        Assert.Equal(person.Id, reader.Id);
        await reader.HistoryAsync(room);
        await reader.ChangeAsync(Wire.SendMessage, new { room, text = "x" }, Wire.ScopeMissing);
        await sender.SayAsync(room, "by a bot");
        await sender.ChangeAsync(Wire.React, new { room, target, emoji = "👍" }, Wire.Entry);
        await sender.ChangeAsync(Wire.Pin, new { room, target }, Wire.ScopeMissing);
        await sender.ChangeAsync(Wire.CreateGroup, new { name = "x" }, Wire.ScopeMissing);
        await manager.ChangeAsync(Wire.Pin, new { room, target }, Wire.Entry);
        await manager.ChangeAsync(Wire.SendMessage, new { room, text = "x" }, Wire.ScopeMissing);
        await manager.ChangeAsync(Wire.CreateToken, new { name = "more", scopes = new[] { "send" } }, Wire.ScopeMissing);
    }

    [Fact]
    public async Task A_bots_token_is_listed_with_its_scopes_and_can_be_revoked()
    {
        var person = await PersonAsync();
        var body = new { name = "robot", scopes = new[] { "read", "send" }, days = 3, clientId = Unique.ClientId() };
        var made = await person.AskAsync(Wire.CreateToken, body, Wire.TokenCreated);
        var again = await person.AskAsync(Wire.CreateToken, body, Wire.TokenCreated);
        Assert.True(again.Flag("duplicate"));
        Assert.Null(again.OptText("token"));
        Assert.Equal(made.Child("device").Text("id"), again.Child("device").Text("id"));
        var device = (await person.AskAsync(Wire.ListDevices, null, Wire.Devices)).List("devices").Single(one => one.Text("kind") == "bot");
        Assert.Equal(("robot", made.Child("device").Text("id")), (device.Text("name"), device.Text("id")));
        Assert.Equal(["read", "send"], device.Texts("scopes").Order());
        Assert.True(device.Number("expires") > DateTimeOffset.UtcNow.AddDays(2).ToUnixTimeMilliseconds());
        await person.ChangeAsync(Wire.SignOutDevice, new { device = device.Text("id") }, Wire.Ok);
        Assert.Equal(Wire.TokenInvalid, (await (await OpenAsync()).LoginAsync(new { version = 3, token = made.Text("token") })).Code);
        await person.ChangeAsync(Wire.CreateToken, new { name = "x", scopes = new[] { "everything" } }, Wire.WrongMessage);
    }
}

public sealed class DeviceTestsNative(SharedServer server) : DeviceTests(server, ChannelKind.Native);

public sealed class DeviceTestsWebSocket(SharedServer server) : DeviceTests(server, ChannelKind.WebSocket);
