using System.Text;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Connections.Classic;
using CsCheck;

namespace Chatroom.Tests.Connections.Classic;

public sealed class ClassicMessageTests
{
    private static readonly Gen<string> Texts = Choice.Of("a", "中", "😀", "é", "\n", "\n\n", "word ").Array[1, 900].Select(string.Concat);

    [Fact]
    public void A_filled_message_has_exactly_one_read_and_says_the_same()
    {
        Assert.Equal(1024, ClassicMessage.Of(Code.LoginUsername, "bob").Padded()!.Length);
        Assert.Matches("^105 +\n\nbob$", Padded(ClassicMessage.Of(Code.LoginUsername, "bob")));
        Assert.Matches("^301ann\r\n0+13\n\nhello from A\n$", Padded(ClassicMessage.Line(Code.SendMessageAll, "ann", "hello from A\n"u8)));
        Assert.Matches("^701ann\r\nf.txt\r\n0+30\n\n$", Padded(ClassicMessage.File("ann", "f.txt", 30)));
        Assert.Matches("^501\r\n0+\n\n$", Padded(ClassicMessage.History("")));
        Assert.Matches("^290(\\./)+/?f.txt\n\nx$", Padded(ClassicMessage.Download("f.txt", "x"u8)));
        Assert.Matches("^290(\\./)+/?f.txt\n\nxy$", Padded(ClassicMessage.Download("f.txt", "xy"u8)));
        Assert.Null(ClassicMessage.Answer(Code.GetSuccess, "\n\nann").Padded());
    }

    [Fact]
    public void Parts_of_a_text_make_it_up_and_each_fits_one_read()
    {
        Gen.Select(Texts, Choice.Of("ann", "中文的名字", "x")).Sample((text, sender) =>
        {
            foreach (var (parts, head) in new[] { (ClassicText.Lines(sender, text).ToList(), $"301{sender}\r\n"), (ClassicText.Private(sender, text).ToList(), $"303\n\n{sender}\r\n") })
            {
                Assert.All(parts, p => Assert.InRange(p.Length, 1, 1024));
                Assert.All(parts, p => Assert.StartsWith(head, Encoding.UTF8.GetString(p.Exact()), StringComparison.Ordinal));
                Assert.DoesNotContain(parts, p => Encoding.UTF8.GetString(p.Exact()).Contains('\uFFFD'));
                var skip = head.StartsWith("301", StringComparison.Ordinal) ? "\n\n" : $"{sender}\r\n";
                Assert.Equal(text, string.Concat(parts.Select(p => Encoding.UTF8.GetString(p.Exact())).Select(m => m[(m.IndexOf(skip, StringComparison.Ordinal) + skip.Length)..])));
            }
        }, iter: 500);
    }

    [Fact]
    public void A_history_holds_whole_entries_only_however_long_its_texts_are()
    {
        var me = Me();
        Texts.Array[0, 5].Sample(texts =>
        {
            var history = ClassicHistory.Lobby([.. texts.Select((t, i) => Text(i, t + "\tx"))], me);
            Assert.InRange(ClassicMessage.History(history).Length, 1, 1024);
            var entries = history.Split("\r\n");
            Assert.Equal(texts.Length, entries.Length - 1);
            Assert.All(entries[..^1], e => Assert.Equal(4, e.Split('\t').Length));
            Assert.DoesNotContain('\uFFFD', history);
        }, iter: 500);
        Texts.Array[0, 60].Sample(texts =>
        {
            var history = ClassicHistory.Private([.. texts.Select((t, i) => Text(i, t))], me, 900);
            Assert.InRange(Encoding.UTF8.GetByteCount(history), 0, 900);
            Assert.Equal(texts.Length == 0, history.Length == 0);
            Assert.All(history.Length == 0 ? [] : history.Split("\r\n"), e => Assert.Equal(3, e.Split('\t').Length));
        }, iter: 200);
    }

    [Theory]
    [InlineData("hello\n", "hello", "hello\n")]
    [InlineData("\n", "\n", "\n")]
    [InlineData("a\n\n", "a\n", "a\n\n")]
    [InlineData("a\r\nb\n", "a\nb", "a\nb\n")]
    [InlineData("a\0b\u0007\n", "ab", "ab\n")]
    public void The_line_feed_of_the_classic_window_goes_and_comes_back(string typed, string kept, string shown)
    {
        Assert.Equal(kept, ClassicText.Incoming(typed));
        Assert.Equal(shown, ClassicText.Outgoing(kept));
    }

    [Theory]
    [InlineData("C:/docs/a.txt", "a.txt")]
    [InlineData("..\\..\\b.txt", "b.txt")]
    [InlineData("..", "file")]
    [InlineData("", "file")]
    [InlineData("a:b\u202Etxt.exe", "a_b_txt.exe")]
    public void Names_of_files_lose_folders_and_what_a_name_may_not_have(string sent, string kept)
    {
        Assert.Equal(kept, ClassicText.FileName(sent));
        Assert.True(Chatroom.Server.Rooms.Texts.IsFileName(ClassicText.FileName(sent)));
        Assert.True(Chatroom.Server.Rooms.Texts.IsFileName(ClassicText.FileName(sent + new string('中', 200))));
    }

    private static ClassicPerson Me() => new("u1", 1, "ann")
    {
        LobbyHead = 0,
        PrivateHeads = new Dictionary<string, long>(),
        Presence = new PresencePage { Online = [], Total = 0 },
    };

    private static Entry Text(int seq, string text) => new() { Room = "r", Seq = seq, Kind = EntryKinds.Text, Sender = "u2", SenderName = "bob", Time = 0, Text = text };

    private static string Padded(ClassicMessage message)
    {
        var bytes = message.Padded()!;
        Assert.Equal(1024, bytes.Length);
        return Encoding.UTF8.GetString(bytes);
    }
}
