using System.Text;
using System.Text.Json.Nodes;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Classic;

/// <summary>Classic and new clients meet.</summary>
public sealed class MeetingTests(ClassicServer server) : ClassicTest(server), IClassFixture<ClassicServer>
{
    [Fact]
    public async Task Texts_and_emoji_go_both_ways_each_in_its_form()
    {
        var (old, person) = await MeetAsync();
        old.Say("hello 😀");
        Assert.Equal("hello 😀", (await person.EventAsync(Wire.SendMessageAll, b => b.OptText("senderName") == old.Name)).Body.Text("text"));
        old.Send("6\r\n14\n\n[emoji-hotpot]");
        Assert.Equal("🥘", (await person.EventAsync(Wire.SendEmojiSuccess, b => b.OptText("senderName") == old.Name)).Body.Text("emoji"));
        await person.SayAsync(person.Lobby, "hi\ttab");
        Assert.Equal($"301{person.Name}\r\n7\n\nhi\ttab\n", old.Next().Plain);
        await person.ChangeAsync(Wire.SendEmoji, new { room = person.Lobby, emoji = "🍰" }, Wire.SendEmojiSuccess);
        Assert.Equal($"601{person.Name}\r\n12\n\n[emoji-cake]", old.Next().Plain);
        await person.ChangeAsync(Wire.SendEmoji, new { room = person.Lobby, emoji = "🚀" }, Wire.SendEmojiSuccess);
        Assert.Equal($"301{person.Name}\r\n2\n\n🚀\n", old.Next().Plain);
    }

    [Fact]
    public async Task Private_texts_go_both_ways_and_are_kept_for_who_is_away()
    {
        var (old, person) = await MeetAsync();
        old.Send($"3{person.Name}\r\n4\n\npsst");
        var entry = (await person.EventAsync(Wire.SendMessagePrivate, b => b.OptText("senderName") == old.Name)).Body;
        Assert.Equal("psst", entry.Text("text"));
        await person.ChangeAsync(Wire.SendMessage, new { to = old.Name, text = "yes?" }, Wire.SendMessagePrivate);
        Assert.Equal($"303\n\n{person.Name}\r\nyes?\n", old.Next().Plain);
        await person.ChangeAsync(Wire.Edit, new { room = entry.Text("room"), target = 2, text = "yes!" }, Wire.Entry);
        Assert.Equal($"303\n\n{person.Name}\r\n(changed a message to) yes!\n", old.Next().Plain);
        old.Dispose();
        await person.EventAsync(Wire.LogoutInfo, b => b.List("accounts").Any(a => a.OptText("name") == old.Name));
        await person.ChangeAsync(Wire.SendMessage, new { to = old.Name, text = "later" }, Wire.SendMessagePrivateStored);
        var again = Window();
        Assert.Equal("101\n\n", again.Ask($"1{old.Name}\r\n{old.Password}\n\n"));
        Assert.Matches($"^292{old.Name}\r\n{person.Name}\n\n{old.Name}\t.{{19}}\tpsst\n\r\n{person.Name}\t.{{19}}\tyes!\n\r\n{person.Name}\t.{{19}}\tlater\n$", again.Ask($"98{old.Name}\r\n{person.Name}\n\n"));
    }

    [Fact]
    public async Task A_long_text_and_a_file_of_the_new_client_reach_the_classic_one_in_honest_form()
    {
        var (old, person) = await MeetAsync();
        var text = new string('字', 5000);
        await person.SayAsync(person.Lobby, text);
        var got = new StringBuilder();
        while (got.Length <= 5000)
        {
            got.Append(BrokenTests.Split(old.Next().Plain).Body);
        }

        Assert.Equal(text + "\n", got.ToString());
        using var http = Server.Http(new Version(1, 1));
        var files = new Files(http, person);
        var name = $"{Unique.Word()}.txt";
        await files.SendAsync(person.Lobby, "small"u8.ToArray(), name);
        Assert.Equal($"701{person.Name}\r\n{name}\r\n5\n\n", old.Next().Plain);
        Assert.Equal($"290{name}\n\nsmall", old.Ask($"99\n\n{old.Name}\r\n{name}"));
    }

    [Fact]
    public async Task Edits_and_recalls_are_told_in_a_line_and_reactions_pins_and_groups_are_not()
    {
        var (old, person) = await MeetAsync();
        var seq = (await person.SayAsync(person.Lobby, "first")).Number("seq");
        Assert.Equal($"301{person.Name}\r\n6\n\nfirst\n", old.Next().Plain);
        await person.ChangeAsync(Wire.React, new { room = person.Lobby, target = seq, emoji = "👍", on = true }, Wire.Entry);
        var group = await person.GroupAsync();
        await person.SayAsync(group, "not for all");
        await person.ChangeAsync(Wire.Edit, new { room = person.Lobby, target = seq, text = "second" }, Wire.Entry);
        Assert.Equal($"301{person.Name}\r\n30\n\n(changed a message to) second\n", old.Next().Plain);
        await person.ChangeAsync(Wire.Recall, new { room = person.Lobby, target = seq }, Wire.Entry);
        Assert.Equal($"<Chatroom>", old.Next().Plain[3..13]);
    }

    [Fact]
    public async Task New_clients_see_who_is_on_a_classic_client_only()
    {
        var (old, person) = await MeetAsync();
        JsonObject Of(IEnumerable<JsonObject> people) => people.First(p => p.OptText("name") == old.Name);
        var told = (await person.EventAsync(Wire.LoginUsername, b => b.List("accounts").Any(a => a.OptText("name") == old.Name))).Body;
        Assert.True((bool?)Of(told.List("accounts"))["classic"]);
        Assert.True((bool?)Of(await OnlineAsync(person))["classic"]);
        Assert.Null((await OnlineAsync(person)).First(p => p.OptText("name") == person.Name)["classic"]);
        var second = await OpenAsync();
        Assert.Equal(Wire.LoginSuccess, (await second.LoginAsync(new { version = 3, name = old.Name, password = old.Password })).Code);
        Assert.Null(Of(await OnlineAsync(person))["classic"]);
    }

    [Fact]
    public async Task Who_changes_between_old_and_new_clients_is_told_to_new_ones_at_once_and_does_not_come_twice_for_old_ones()
    {
        var (old, person) = await MeetAsync();
        var witness = Classic();
        await person.EventAsync(Wire.LoginUsername, b => b.List("accounts").Any(a => a.OptText("name") == old.Name));
        var second = await OpenAsync();
        Assert.Equal(Wire.LoginSuccess, (await second.LoginAsync(new { version = 3, name = old.Name, password = old.Password })).Code);
        Assert.Null((await StayedAsync(null))["classic"]);
        await second.DisposeAsync();
        Assert.True((bool?)(await StayedAsync(true))["classic"]);

        // By the end of this line the witness has been shown what there was to be shown.
        await person.SayAsync(person.Lobby, "the end");
        witness.Find(m => m.EndsWith("the end\n", StringComparison.Ordinal), "the end");
        Assert.DoesNotContain(witness.Messages, m => m.Plain == $"105\n\n{old.Name}" || m.Plain == $"800\n\n{old.Name}");

        async Task<JsonObject> StayedAsync(bool? classic)
        {
            bool Is(JsonObject b) => (bool?)b["stayed"] == true && b.List("accounts").Any(a => a.OptText("name") == old.Name && (bool?)a["classic"] == classic);
            return (await person.EventAsync(Wire.LoginUsername, Is)).Body.List("accounts").First(a => a.OptText("name") == old.Name);
        }
    }

    [Fact]
    public async Task A_person_on_both_clients_sees_the_own_lobby_text_of_the_other_and_no_duplicate_is_claimed()
    {
        var (old, person) = await MeetAsync();
        var second = await OpenAsync();
        Assert.Equal(Wire.LoginSuccess, (await second.LoginAsync(new { version = 3, name = old.Name, password = old.Password })).Code);
        await second.SayAsync(person.Lobby, "from the other");
        Assert.Equal($"301{old.Name}\r\n15\n\nfrom the other\n", old.Next().Plain);
        old.Dispose();

        // Its end is known, and what there is to be told of it is told with somebody else's.
        await second.ItemAsync("device", item => item.Flag("deleted"));
        var third = await PersonAsync();
        await person.SeeOffAsync(third);
        Assert.DoesNotContain(person.Frames, f => f.Code == Wire.LogoutInfo && f.Body.List("accounts").Any(a => a.OptText("name") == old.Name));
    }

    [Fact]
    public async Task Who_forbids_classic_sign_in_is_told_wrong_password_there()
    {
        var (old, _) = await MeetAsync();
        var second = await OpenAsync();
        await second.LoginAsync(new { version = 3, name = old.Name, password = old.Password });
        await second.ChangeAsync(Wire.SetSettings, new { classic = "forbid" }, Wire.Ok);
        Assert.Equal("102\n\n", Window().Ask($"1{old.Name}\r\n{old.Password}\n\n"));
        await second.ChangeAsync(Wire.SetSettings, new { classic = "allow" }, Wire.Ok);
        Assert.Equal("104\n\n", Window().Ask($"1{old.Name}\r\n{old.Password}\n\n"));
    }

    private async Task<(ClassicClient, RawClient)> MeetAsync()
    {
        var person = await PersonAsync();
        var old = Classic();
        return (old, person);
    }

    private static async Task<List<JsonObject>> OnlineAsync(RawClient person)
    {
        var page = await person.AskAsync(Wire.GetAllUsers, new { limit = 200 }, Wire.GetSuccess);
        return [.. page.List("online")];
    }
}
