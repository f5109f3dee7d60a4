using System.Text;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Classic;

/// <summary>What broke in the original: long texts, files, glued messages, boxes, crashes.</summary>
public sealed class BrokenTests(ClassicServer server) : ClassicTest(server), IClassFixture<ClassicServer>
{
    [Theory]
    [InlineData('L', 1010)] // fits a request and not what the others get of it
    [InlineData('L', 1500)]
    [InlineData('中', 753)]
    [InlineData('é', 20_000)]
    public void A_long_text_arrives_whole_in_parts_and_start_up_survives_it(char letter, int length)
    {
        var (first, second) = Two();
        var text = new string(letter, length);
        first.Say(text);
        var got = new StringBuilder();
        while (got.ToString().Count(c => c == letter) < length)
        {
            var part = second.Next();
            Assert.InRange(part.Bytes.Length, 1, 1024);
            var (header, body) = Split(part.Plain);
            Assert.Equal([$"301{first.Name}", body.EnumerateRunes().Count().ToString()], header.Split("\r\n"));
            got.Append(body);
        }

        // A text above 16 KiB is more than one message, and each ends its line.
        Assert.Equal(text, got.ToString().Replace("\n", ""));
        for (var i = 0; i < 6; i++)
        {
            first.Say($"{i} {new string(letter, 700)}");
        }

        second.Find(m => m.Contains("\n\n5 ", StringComparison.Ordinal), "the last of them");
        var late = Window();
        Assert.Equal("201\n\n", late.Ask($"2{Unique.Word()}x\r\nabc123\n\n"));
        var third = Classic();
        var history = third.Messages.Single(m => m.Raw.StartsWith("501", StringComparison.Ordinal));
        Assert.InRange(history.Bytes.Length, 1, 1024);
        var entries = Split(history.Plain).Body.Split("\r\n");
        Assert.Equal("", entries[^1]);
        Assert.Equal(5, entries.Length - 1);
        Assert.All(entries[..^1], e => Assert.Equal(4, e.Split('\t').Length));
        Assert.All(entries[..^1], e => Assert.EndsWith("…\n\t", e, StringComparison.Ordinal));
    }

    [Fact]
    public void A_text_too_long_for_this_port_is_refused_and_its_inside_is_never_taken_for_requests()
    {
        var (first, second) = Two();
        var inside = string.Concat(Enumerable.Repeat("\n3\r\n4\n\nbad\n", 8000));
        first.Send($"3\r\n{inside.Length}\n\n{inside}");
        first.Say("good");
        Assert.Equal("900\n\n", first.Next().Plain);
        Assert.StartsWith("301<Chatroom>\r\n", first.Next().Plain, StringComparison.Ordinal);
        Assert.Equal($"301{first.Name}\r\n5\n\ngood\n", second.Next().Plain);
    }

    [Fact]
    public async Task Fifty_mebibytes_arrive_and_the_new_client_fetches_them_whole()
    {
        var (first, second) = Two();
        var person = await PersonAsync();
        second.Find(m => m == $"105\n\n{person.Name}", "the new client's coming");
        var content = Files.Content(50 * 1024 * 1024);
        var name = $"{Unique.Word()}.bin";
        first.Send($"7\r\nC:/some folder/{name}\r\n{content.Length}\n\n");
        first.Send(content);
        Assert.Equal($"701{first.Name}\r\n{name}\r\n{content.Length}\n\n", second.Next().Plain);
        var entry = (await person.EventAsync(Wire.SendFileSuccess, body => body.Child("file").Text("name") == name)).Body;
        Assert.Equal(Files.Sha256(content), entry.Child("file").Text("sha256"));
        using var http = Server.Http(new Version(1, 1));
        using var reply = await new Files(http, person).GetAsync(entry.Child("file").Text("id"));
        Assert.Equal(Files.Sha256(content), Files.Sha256(await reply.Content.ReadAsByteArrayAsync()));

        // Too large and no text: a note under another name, never a damaged file under its own.
        var (header, note) = Split(second.Ask($"99\n\n{second.Name}\r\n{name}"));
        Assert.Equal($"290{name}.README.txt", header);
        Assert.Contains(name, note);
        Assert.StartsWith("301<Chatroom>\r\n", second.Next().Plain, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_above_the_bound_is_refused_and_skipped()
    {
        var (first, second) = Two();
        var size = (50 * 1024 * 1024) + 1;
        first.Send($"7\r\nlarge.bin\r\n{size}\n\n");
        first.Send(new byte[size]);
        first.Say("after");
        Assert.Equal("702\n\n", first.Next().Plain);
        Assert.Equal($"301{first.Name}\r\n6\n\nafter\n", second.Next().Plain);
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain text\n\nwith an empty line\n")]
    [InlineData("中文😀")]
    public void A_small_text_file_comes_back_as_it_was(string content)
    {
        var (first, second) = Two();
        var name = $"{Unique.Word()}.txt";
        var size = Encoding.UTF8.GetByteCount(content);
        first.Send($"7\r\n{name}\r\n{size}\n\n{content}");
        Assert.Equal($"701{first.Name}\r\n{name}\r\n{size}\n\n", second.Next().Plain);
        Assert.Equal($"290{name}\n\n{content}", second.Ask($"99\n\n{second.Name}\r\n{name}"));
        Assert.Contains($"{name}\r\n", first.Ask("8\n\n"));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_kept_and_given_as_a_note()
    {
        var (first, second) = Two();
        var name = $"{Unique.Word()}.png";
        first.Send([.. Encoding.UTF8.GetBytes($"7\r\n{name}\r\n4\n\n"), 0x89, 0x50, 0xFF, 0x00]);
        Assert.Equal($"701{first.Name}\r\n{name}\r\n4\n\n", second.Next().Plain);
        Assert.StartsWith($"290{name}.README.txt\n\n", second.Ask($"99\n\n{second.Name}\r\n{name}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_happens_in_the_login_window_and_behind_its_box_comes_once_and_after_start_up()
    {
        var (first, second) = (Classic(), Window());
        var name = Unique.Word();
        Assert.Equal("201\n\n", second.Ask($"2{name}\r\nabc123\n\n"));
        first.Say("in the window");
        var cat = Classic();
        await PauseAsync();
        Assert.Equal("101\n\n", second.Ask($"1{name}\r\nabc123\n\n"));
        first.Find(m => m == $"105\n\n{name}", "the coming");
        first.Say("behind the box");
        cat.Say("behind the box as well");
        var dog = Classic();
        cat.Dispose();
        first.Find(m => m == $"800\n\n{cat.Name}", "the going");
        await PauseAsync();

        var users = second.Ask("4\n\n").Split("\r\n");
        Assert.Contains(cat.Name, users);
        Assert.DoesNotContain(dog.Name, users);
        Assert.Equal("297\n\n", second.Ask($"0\n\n{name}"));
        Assert.StartsWith("801\n\n", second.Ask("8\n\n"), StringComparison.Ordinal);
        var history = second.Ask($"5\n\n{name}");
        Assert.Contains("in the window", history);
        Assert.DoesNotContain("behind the box", history);
        string[] held = [$"301{first.Name}\r\n15\n\nbehind the box\n", $"301{cat.Name}\r\n23\n\nbehind the box as well\n", $"105\n\n{dog.Name}", $"800\n\n{cat.Name}"];
        Assert.Equal(held.Order(), Enumerable.Range(0, 4).Select(_ => second.Next().Plain).Order());
        first.Say("live");
        Assert.Equal($"301{first.Name}\r\n5\n\nlive\n", second.Next().Plain);
    }

    [Fact]
    public async Task Behind_a_box_messages_wait_and_are_read_one_by_one()
    {
        var (first, second) = Two();
        await PauseAsync();
        second.OpenBox();
        first.Send($"9\n\n{first.Name}\r\n{second.Name}");
        Assert.Equal($"901\n\n{second.Name}", first.Next().Plain);
        for (var i = 0; i < 4; i++)
        {
            await PauseAsync();
            first.Say($"while the box is open {i}");
        }

        second.CloseBox();
        Assert.Equal(
            [$"905\n\n{first.Name}", .. Enumerable.Range(0, 4).Select(i => $"301{first.Name}\r\n24\n\nwhile the box is open {i}\n")],
            Enumerable.Range(0, 5).Select(_ => second.Next().Plain));
    }

    internal static (string Header, string Body) Split(string message)
    {
        var at = message.IndexOf("\n\n", StringComparison.Ordinal);
        return (message[..at], message[(at + 2)..]);
    }
}
