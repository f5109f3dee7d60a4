using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public abstract class EntryTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    [Fact]
    public async Task A_reply_names_the_entry_and_the_root_of_its_thread()
    {
        var person = await PersonAsync();
        var room = await person.GroupAsync();
        var first = (await person.SayAsync(room, "question")).Number("seq");
        var answer = await person.SayAsync(room, "answer", replyTo: first);
        Assert.Equal((first, first), (answer.Number("replyTo"), answer.Number("root")));
        var deeper = await person.SayAsync(room, "thanks", replyTo: answer.Number("seq"));
        Assert.Equal((answer.Number("seq"), first), (deeper.Number("replyTo"), deeper.Number("root")));
    }

    [Fact]
    public async Task A_reply_to_what_is_not_there_is_refused()
    {
        var person = await PersonAsync();
        var room = await person.GroupAsync();
        await person.ChangeAsync(Wire.SendMessage, new { room, text = "x", replyTo = 1_000 }, Wire.InvalidTarget, Wire.NotFound, Wire.WrongMessage);
        await person.ChangeAsync(Wire.SendMessage, new { room, text = "x", replyTo = -1 }, Wire.InvalidTarget, Wire.NotFound, Wire.WrongMessage);
    }

    [Fact]
    public async Task An_edit_is_an_entry_about_its_target_for_everyone()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        var target = (await anna.SayAsync(room, "frist")).Number("seq");
        var edit = await anna.ChangeAsync(Wire.Edit, new { room, target, text = "first" }, Wire.Entry);
        Assert.Equal(("edit", target, "first"), (edit.Text("kind"), edit.Number("target"), edit.Text("text")));
        Assert.False(edit.Flag("counts"));
        var told = await ben.EntryAsync(room, edit.Number("seq"));
        Assert.Equal((Wire.Entry, "first"), (told.Code, told.Body.Text("text")));
    }

    [Fact]
    public async Task Only_ones_own_living_texts_are_edited()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        var text = (await anna.SayAsync(room, "text")).Number("seq");
        var emoji = (await anna.ChangeAsync(Wire.SendEmoji, new { room, emoji = "😀" }, Wire.SendEmojiSuccess)).Number("seq");
        await ben.ChangeAsync(Wire.Edit, new { room, target = text, text = "x" }, Wire.InvalidTarget);
        await anna.ChangeAsync(Wire.Edit, new { room, target = emoji, text = "x" }, Wire.InvalidTarget);
        await anna.ChangeAsync(Wire.Edit, new { room, target = 1, text = "x" }, Wire.InvalidTarget);
        await anna.ChangeAsync(Wire.Edit, new { room, target = 1_000, text = "x" }, Wire.InvalidTarget, Wire.NotFound);
        await anna.ChangeAsync(Wire.Edit, new { room, target = text, text = new string('x', 16_385) }, Wire.TextTooLarge);
        await anna.ChangeAsync(Wire.Edit, new { room, target = text, text = "" }, Wire.TextTooLarge);
        await anna.ChangeAsync(Wire.Recall, new { room, target = text }, Wire.Entry);
        await anna.ChangeAsync(Wire.Edit, new { room, target = text, text = "x" }, Wire.InvalidTarget);
    }

    [Fact]
    public async Task A_recall_is_told_with_the_sender_of_what_was_recalled()
    {
        var (anna, ben, carl) = (await PersonAsync(), await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben, carl);
        var target = (await ben.SayAsync(room, "rude")).Number("seq");
        await carl.ChangeAsync(Wire.Recall, new { room, target }, Wire.Forbidden);
        var recall = await anna.ChangeAsync(Wire.Recall, new { room, target }, Wire.Entry);
        Assert.Equal(("recall", target, ben.Id), (recall.Text("kind"), recall.Number("target"), recall.Text("targetSender")));
        await carl.EntryAsync(room, recall.Number("seq"));
        await ben.ChangeAsync(Wire.Recall, new { room, target }, Wire.InvalidTarget);
        await anna.ChangeAsync(Wire.Recall, new { room, target = 1 }, Wire.InvalidTarget);
        await ben.ChangeAsync(Wire.React, new { room, target, emoji = "👍" }, Wire.InvalidTarget);
    }

    [Fact]
    public async Task A_message_is_edited_a_hundred_times_and_no_more()
    {
        var anna = await PersonAsync();
        var room = await anna.GroupAsync();
        var target = (await anna.SayAsync(room, "first")).Number("seq");
        var requests = new List<uint>();
        for (var i = 0; i < 100; i++)
        {
            requests.Add(await anna.SendAsync(Wire.Edit, new { room, target, text = $"wording {i}", clientId = Unique.ClientId() }));
        }

        foreach (var request in requests)
        {
            Assert.Equal(Wire.Entry, (await anna.ReplyAsync(request)).Code);
        }

        await anna.ChangeAsync(Wire.Edit, new { room, target, text = "one too many" }, Wire.LimitReached);
        var page = await anna.HistoryAsync(room, before: target + 1);
        Assert.Equal("wording 99", page.List("amendments").Single().Child("edit").Text("text"));
    }

    [Fact]
    public async Task Reactions_are_put_on_and_taken_off()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        var target = (await anna.SayAsync(room, "x")).Number("seq");
        var on = await ben.ChangeAsync(Wire.React, new { room, target, emoji = "👍" }, Wire.Entry);
        Assert.Equal(("reaction", target, "👍", true), (on.Text("kind"), on.Number("target"), on.Text("emoji"), on.Flag("on")));
        await anna.EntryAsync(room, on.Number("seq"));
        var off = await ben.ChangeAsync(Wire.React, new { room, target, emoji = "👍", on = false }, Wire.Entry);
        Assert.False(off.Flag("on"));
        await ben.ChangeAsync(Wire.React, new { room, target, emoji = "not an emoji" }, Wire.SendEmojiError);
        await ben.ChangeAsync(Wire.React, new { room, target = 1_000, emoji = "👍" }, Wire.InvalidTarget, Wire.NotFound);
    }

    [Fact]
    public async Task Mentions_travel_with_the_text()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        var entry = await anna.ChangeAsync(Wire.SendMessage, new { room, text = "@Ben", mentions = new[] { ben.Id } }, Wire.SendMessageAll);
        Assert.Equal([ben.Id], entry.Texts("mentions"));
        Assert.Equal([ben.Id], (await ben.EntryAsync(room, entry.Number("seq"))).Body.Texts("mentions"));
        var many = Enumerable.Range(0, 51).Select(i => $"{ben.Id}{i}").ToArray();
        await anna.ChangeAsync(Wire.SendMessage, new { room, text = "x", mentions = many }, Wire.WrongMessage, Wire.LimitReached);
    }

    [Fact]
    public async Task Pins_are_listed_newest_first_with_their_edits_until_taken_off()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        var (first, second) = ((await ben.SayAsync(room, "first")).Number("seq"), (await ben.SayAsync(room, "second")).Number("seq"));
        await ben.ChangeAsync(Wire.Pin, new { room, target = first }, Wire.Forbidden);
        await anna.ChangeAsync(Wire.Pin, new { room, target = second }, Wire.Entry);
        var pin = await anna.ChangeAsync(Wire.Pin, new { room, target = first }, Wire.Entry);
        Assert.Equal(("pin", first, true), (pin.Text("kind"), pin.Number("target"), pin.Flag("on")));
        await ben.ChangeAsync(Wire.Edit, new { room, target = first, text = "first, edited" }, Wire.Entry);
        var pins = await ben.AskAsync(Wire.ListPins, new { room }, Wire.Pins);
        Assert.Equal(new[] { first, second }.Order(), pins.List("entries").Select(entry => entry.Number("seq")).Order());
        Assert.Equal("first, edited", pins.List("amendments").Single(one => one.Number("target") == first).Child("edit").Text("text"));
        await anna.ChangeAsync(Wire.Pin, new { room, target = second, on = false }, Wire.Entry);
        await ben.ChangeAsync(Wire.Recall, new { room, target = first }, Wire.Entry);
        Assert.Empty((await ben.AskAsync(Wire.ListPins, new { room }, Wire.Pins)).List("entries"));
    }

    [Fact]
    public async Task Both_people_of_a_private_chat_pin_in_it()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.PrivateAsync(ben);
        var target = (await anna.ChangeAsync(Wire.SendMessage, new { room, text = "x" }, Wire.SendMessagePrivate)).Number("seq");
        await ben.ChangeAsync(Wire.Pin, new { room, target }, Wire.Entry);
        await anna.ChangeAsync(Wire.Pin, new { room, target, on = false }, Wire.Entry);
    }

    [Fact]
    public async Task Typing_is_told_to_the_other_members_and_stored_nowhere()
    {
        var (anna, ben, eve) = (await PersonAsync(), await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        await anna.AskAsync(Wire.Typing, new { room }, Wire.Ok);
        await ben.EventAsync(Wire.TypingNotice, body => body.Text("room") == room && body.Text("account") == anna.Id);
        Assert.Equal(2, (await anna.HistoryAsync(room)).Number("head"));
        await eve.FenceAsync();
        Assert.DoesNotContain(eve.Frames, frame => frame.Code == Wire.TypingNotice && frame.Body.Text("room") == room);
    }
}

public sealed class EntryTestsNative(SharedServer server) : EntryTests(server, ChannelKind.Native);

public sealed class EntryTestsWebSocket(SharedServer server) : EntryTests(server, ChannelKind.WebSocket);
