using System.Text;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Classic;

/// <summary>Lists and histories of the start-up, asked for at odd moments and in odd ways.</summary>
public sealed class ListTests(ClassicServer server) : ClassicTest(server), IClassFixture<ClassicServer>
{
    [Fact]
    public void A_file_name_sent_twice_is_listed_once_and_gives_the_newest()
    {
        var (first, second) = Two();
        var name = $"{Unique.Word()}.txt";
        first.Send($"7\r\n{name}\r\n3\n\nold");
        Assert.Equal($"701{first.Name}\r\n{name}\r\n3\n\n", second.Next().Plain);
        first.Send($"7\r\n{name}\r\n3\n\nnew");
        Assert.Equal($"701{first.Name}\r\n{name}\r\n3\n\n", second.Next().Plain);
        Assert.Equal($"290{name}\n\nnew", second.Ask($"99\n\n{second.Name}\r\n{name}"));
        Assert.Single(second.Ask("8\n\n").Split('\n', '\r'), n => n == name);
    }

    [Fact]
    public void The_newest_files_come_first_as_many_as_fit_and_each_listed_one_can_be_fetched()
    {
        var (first, second) = Two();
        var names = Enumerable.Range(0, 20).Select(i => $"{i}{new string('n', 80)}{Unique.Word()}.txt").ToList();
        foreach (var name in names)
        {
            first.Send($"7\r\n{name}\r\n1\n\nx");
            second.Find(m => m.StartsWith("701", StringComparison.Ordinal), name);
        }

        var list = second.Ask("8\n\n");
        Assert.InRange(Encoding.UTF8.GetByteCount(list), 900, 1024);
        var listed = list[5..].Split("\r\n");
        Assert.Equal("", listed[^1]);
        Assert.Equal(Enumerable.Reverse(names).Take(listed.Length - 1), listed[..^1]);
        Assert.Equal($"290{listed[^2]}\n\nx", second.Ask($"99\n\n{second.Name}\r\n{listed[^2]}"));
    }

    [Fact]
    public void Friends_and_history_are_those_of_the_connection_whoever_is_named()
    {
        var (first, second) = Two();
        Assert.Equal($"901\n\n{second.Name}", first.Ask($"9\n\n{first.Name}\r\n{second.Name}"));
        Assert.Equal($"905\n\n{first.Name}", second.Next().Plain);
        var third = Classic();
        first.Find(m => m == $"105\n\n{third.Name}", "the third's coming");
        Assert.Equal("297\n\n", third.Ask($"0\n\n{first.Name}"));
        Assert.Equal($"295\n\n{second.Name}", first.Ask("0\n\n"));
        Assert.StartsWith("501\r\n", first.Ask("5\n\nsomebody"), StringComparison.Ordinal);
        var nobody = Unique.Word();
        Assert.Equal($"293{first.Name}\r\n{nobody}\n\n", first.Ask($"98{first.Name}\r\n{nobody}\n\n"));
        Assert.Equal("900\n\n", first.Ask("98\n\n"));
    }

    [Fact]
    public void A_long_private_text_comes_in_parts_and_its_history_is_whole_entries_the_newest_that_fit()
    {
        var (first, second) = Two();
        var text = new string('密', 900);
        first.Send($"3{second.Name}\r\n901\n\n{text}\n");
        var got = new StringBuilder();
        while (got.ToString().Count(c => c == '密') < 900)
        {
            var part = second.Next();
            Assert.InRange(part.Bytes.Length, 1, 1024);
            Assert.StartsWith($"303\n\n{first.Name}\r\n", part.Plain, StringComparison.Ordinal);
            got.Append(part.Plain.Split("\r\n")[1]);
        }

        Assert.Equal(text + "\n", got.ToString());
        for (var i = 0; i < 12; i++)
        {
            first.Send($"3{second.Name}\r\n103\n\n{i:00}{new string('x', 100)}\n");
            Assert.StartsWith("303", second.Next().Plain, StringComparison.Ordinal);
        }

        var head = $"292{second.Name}\r\n{first.Name}\n\n";
        var history = second.Ask($"98{second.Name}\r\n{first.Name}\n\n");
        Assert.StartsWith(head, history, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(history), 800, 1024);
        var entries = history[head.Length..].Split("\r\n");
        Assert.Equal(Enumerable.Range(12 - entries.Length, entries.Length).Select(i => $"{i:00}{new string('x', 100)}\n"), entries.Select(e => e.Split('\t')[2]));
    }

    [Fact]
    public void A_text_that_looks_like_the_protocol_stays_a_text_and_whole_in_the_history()
    {
        var (first, second) = Two();
        first.Say("a\tb\n\n105\n\nghost");
        Assert.Equal($"301{first.Name}\r\n16\n\na\tb\n\n105\n\nghost\n", second.Next().Plain);
        var history = second.Ask($"5\n\n{second.Name}");
        var entry = history[(history.IndexOf("\n\n", StringComparison.Ordinal) + 2)..].Split("\r\n")[0].Split('\t');
        Assert.Equal((first.Name, "a b\n\n105\n\nghost\n", ""), (entry[0], entry[2], entry[3]));
        Assert.Equal(4, entry.Length);
    }
}
