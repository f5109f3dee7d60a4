using System.Runtime.Versioning;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.CommandLine;

public sealed class TalkingTests(SharedServer fixture) : CommandLineTest(fixture)
{
    [Fact]
    public async Task What_is_typed_after_leaving_a_group_goes_to_no_other_room()
    {
        var person = await PersonAsync();
        var (group, secret) = ($"Group {Unique.Word()}", $"secret {Unique.Word()}");
        var run = (await person.PipeAsync($"/create {group} public\n/rooms\n/leave\n{secret}\n", "chat")).Ends(1);
        Assert.Contains($"{group}  0 unread, 1 member ", run.Output);
        Assert.Contains("you are in no room", run.Output);
        Assert.DoesNotContain(secret, (await person.RunAsync("history", "--room", "lobby", "--count", "50")).Ends(0).Output);
    }

    [Fact]
    public async Task What_one_person_sends_another_sees_once_while_following_and_after()
    {
        var (alice, bob) = (await PersonAsync(), await PersonAsync());
        using var following = alice.Start("tail", "--with", bob.Name, "--json", "--after", "0", "--count", "2", "--timeout", "60");
        Equal("1", (await bob.RunAsync("send", "--to", alice.Name, "hello 世界")).Ends(0));
        Equal("2", (await bob.PipeAsync("two\nlines\n", "send", "--to", alice.Name, "-")).Ends(0));

        var seen = (await Person.EndAsync(following)).Ends(0).Lines.Select(Parse).ToArray();
        Assert.Equal(["hello 世界", "two\nlines"], seen.Select(entry => entry.Text("text")));
        Assert.Equal([1L, 2L], seen.Select(entry => entry.Number("seq")));

        var again = (await alice.RunAsync("history", "--with", bob.Name, "--json")).Ends(0).Lines.Select(Parse);
        Assert.Equal(seen.Select(entry => entry.Text("clientId")), again.Select(entry => entry.Text("clientId")));
        Assert.Contains("\"unread\":2", Assert.Single((await alice.RunAsync("rooms", "--json")).Lines, line => line.Contains(bob.Name)));
        (await alice.RunAsync("read", "--with", bob.Name)).Ends(0);
        Assert.Contains("\"unread\":0", Assert.Single((await alice.RunAsync("rooms", "--json")).Lines, line => line.Contains(bob.Name)));
    }

    [Fact]
    public async Task Messages_are_found_by_the_verb_and_while_talking()
    {
        var (alice, bob) = (await PersonAsync(), await PersonAsync());
        var word = Unique.Word();
        var lines = Enumerable.Range(1, 30).Select(i => $"{word} number {i} 会议");
        (await alice.PipeAsync($"/msg {bob.Name}\n{string.Join('\n', lines)}\n", "chat")).Ends(0);
        (await alice.RunAsync("send", "--room", "lobby", $"{word} for all")).Ends(0);
        var found = (await bob.RunAsync("search", word, "会", "--with", alice.Name, "--count", "100", "--json")).Ends(0).Lines.Select(Parse).ToArray();
        Assert.Equal(Enumerable.Range(1, 30).Reverse().Select(i => $"{word} number {i} 会议"), found.Select(hit => hit.Child("entry").Text("text")));
        Assert.Equal([(0L, (long)word.Length)], found[0].List("marks").Take(1).Select(mark => (mark.Number("start"), mark.Number("length"))));
        var newest = (await bob.RunAsync("search", word, "--count", "2")).Ends(0).Lines;
        Assert.Matches($"^lobby .*{word} for all$", newest[0]);
        Assert.Matches($"^@{alice.Name} .*{word} number 30 会议$", newest[1]);
        Assert.Single((await bob.RunAsync("search", word, "--room", "lobby")).Ends(0).Lines);
        Assert.Contains("Nothing was found", (await alice.RunAsync("search", word, "--from", bob.Name)).Ends(0).Errors);
        Assert.Contains("(903 ", (await alice.RunAsync("search", word, "--from", Unique.Word())).Ends(1).Errors);
        (await alice.RunAsync("search", word, "--room", "lobby", "--with", bob.Name)).Ends(2);

        var talk = (await bob.PipeAsync($"/search \"{word} number\"\n/search\n/search\n", "chat")).Ends(0).Output;
        Assert.Equal(30, talk.Split($"{word} number").Length - 1);
        Assert.Contains("/search shows more", talk);
        Assert.Contains("That is all", talk);
        Assert.Contains("Nothing was found", talk);
    }

    [Fact]
    public async Task A_send_that_is_tried_again_with_its_client_id_is_there_once()
    {
        var (alice, bob) = (await PersonAsync(), await PersonAsync());
        var id = Unique.ClientId();
        Equal("1", (await alice.RunAsync("send", "--to", bob.Name, "once", "--client-id", id)).Ends(0));
        Equal("1", (await alice.RunAsync("send", "--to", bob.Name, "once", "--client-id", id)).Ends(0));
        Assert.Contains("(917 ", (await alice.RunAsync("send", "--to", bob.Name, "other", "--client-id", id)).Ends(1).Errors);
        var entry = Parse(Assert.Single((await bob.RunAsync("history", "--with", alice.Name, "--json")).Ends(0).Lines));
        Assert.Equal(id, entry.Text("clientId"));
    }

    [Fact]
    public async Task Lines_piped_into_a_chat_are_sent_in_order_before_it_ends()
    {
        var (alice, bob) = (await PersonAsync(), await PersonAsync());
        var lines = Enumerable.Range(1, 30).Select(i => $"line {i} 你好").ToArray();
        var run = await alice.PipeAsync($"/msg {bob.Name}\n{string.Join('\n', lines)}\n/nosuch\n//slash\n", "chat");
        Assert.Contains("/nosuch", run.Ends(1).Output);
        Assert.DoesNotContain('\e', run.Output);
        var there = (await bob.RunAsync("history", "--with", alice.Name, "--json")).Ends(0).Lines.Select(line => Parse(line).Text("text"));
        Assert.Equal([.. lines, "/slash"], there);
        (await alice.PipeAsync("fine\n", "chat")).Ends(0);
    }

    [Fact]
    public async Task A_person_with_a_space_in_the_name_is_written_to_in_quotes_and_help_says_so()
    {
        var (alice, bob) = (await PersonAsync(), Somebody($"Li Lei {Unique.Word()}"));
        (await bob.RunAsync("register")).Ends(0);
        Assert.Contains("/msg \"Li Lei\" hello", (await alice.PipeAsync($"/msg \"{bob.Name}\" hello to you\n/msg @\"{bob.Name}\" and again\n/help\n", "chat")).Ends(0).Output);
        var there = (await bob.RunAsync("history", "--with", alice.Name, "--json")).Ends(0).Lines.Select(line => Parse(line).Text("text"));
        Assert.Equal(["hello to you", "and again"], there);
    }

    [Fact]
    public async Task A_message_is_edited_reacted_to_and_taken_back()
    {
        var (alice, bob) = (await PersonAsync(), await PersonAsync());
        (await alice.RunAsync("send", "--to", bob.Name, "frist")).Ends(0);
        Equal("2", (await alice.RunAsync("edit", "--with", bob.Name, "1", "first")).Ends(0));
        Equal("3", (await bob.RunAsync("react", "--with", alice.Name, "1", "up")).Ends(0));
        Assert.Contains("first", (await bob.RunAsync("history", "--with", alice.Name)).Ends(0).Lines[0]);
        Assert.Contains("(931 ", (await bob.RunAsync("edit", "--with", alice.Name, "1", "mine")).Ends(1).Errors);
        Equal("4", (await alice.RunAsync("recall", "--with", bob.Name, "1")).Ends(0));
        Assert.DoesNotContain("first", (await bob.RunAsync("history", "--with", alice.Name)).Ends(0).Output);
        Equal("5", (await bob.RunAsync("emoji", "--to", alice.Name, "cake")).Ends(0));
    }

    [Fact]
    public async Task A_group_is_made_joined_by_invitation_and_run()
    {
        var (alice, bob) = (await PersonAsync(), await PersonAsync());
        var group = $"g{Unique.Word()}";
        var id = (await alice.RunAsync("group", "create", group)).Ends(0).Output.Trim();
        (await alice.RunAsync("group", "invite", group, bob.Name)).Ends(0);
        Assert.Contains(group, (await bob.RunAsync("group", "invitations")).Ends(0).Output);
        Equal(id, (await bob.RunAsync("group", "join", group)).Ends(0));
        (await alice.RunAsync("group", "role", group, bob.Name, "moderator")).Ends(0);
        (await bob.RunAsync("group", "topic", id, "what we eat")).Ends(0);
        var members = (await alice.RunAsync("group", "members", group, "--json")).Ends(0).Lines.Select(Parse).ToDictionary(one => one.Text("name"), one => one.Text("role"));
        Assert.Equal("owner", members[alice.Name]);
        Assert.Equal("moderator", members[bob.Name]);
        (await alice.RunAsync("group", "kick", group, bob.Name)).Ends(0);
        (await bob.RunAsync("send", "--room", id, "still here?")).Ends(1);

        (await alice.RunAsync("group", "create", group)).Ends(0);
        Assert.Contains(id, (await alice.RunAsync("send", "--room", group, "which?")).Ends(1).Errors);
    }

    [Fact]
    public async Task A_bot_sends_with_its_token_within_its_scopes_until_it_is_revoked()
    {
        var person = await PersonAsync();
        var token = (await person.RunAsync("token", "create", "monitor", "--scopes", "send")).Ends(0).Output.Trim();
        var bot = Somebody();
        (await bot.RunAsync("send", "--token", token, "--room", "lobby", "all is well")).Ends(0);
        Assert.Contains("(930 ", (await bot.RunAsync("group", "create", "mine", "--token", token)).Ends(1).Errors);
        var device = Assert.Single((await person.RunAsync("devices", "--json")).Ends(0).Lines.Select(Parse), one => one.Text("kind") == "bot").Text("id");
        (await person.RunAsync("signout", device)).Ends(0);
        (await bot.RunAsync("send", "--token", token, "--room", "lobby", "hello?")).Ends(4);
    }

    [UnsupportedOSPlatform("windows")]
    [Fact]
    public async Task What_is_kept_on_the_machine_is_for_the_person_only_and_gone_after_signing_out()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Rights of a POSIX file system.");
        var person = await PersonAsync();
        (await person.RunAsync("rooms")).Ends(0);
        var profile = Path.Combine(person.Folder, "profile");
        var session = Assert.Single(Directory.GetFiles(profile, "*.value", SearchOption.AllDirectories), file => File.ReadAllText(file).Contains("token"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(session));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(session)!));
        (await person.RunAsync("logout")).Ends(0);
        Assert.DoesNotContain(Directory.GetFiles(profile, "*", SearchOption.AllDirectories), file => File.ReadAllText(file).Contains("token"));
    }
}
