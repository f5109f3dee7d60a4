using System.Text;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Classic;

/// <summary>A recorded life of the original, byte by byte: at human pace its bytes are the original's.</summary>
public sealed class LifeTests(ClassicServer server) : ClassicTest(server), IClassFixture<ClassicServer>
{
    [Fact]
    public async Task The_recorded_life_of_two_people_is_the_same_here()
    {
        var (a, b) = (Window(), Window());
        var (ann, bob, cat) = ("ann" + Unique.Word(), "bob" + Unique.Word(), "cat" + Unique.Word());
        Exact(a, $"1{ann}\r\nabc123\n\n", "103\n\n");
        Exact(a, $"2{ann}\r\nabc123\n\n", "201\n\n");
        Exact(a, $"2{ann}\r\nabc123\n\n", "202\n\n");
        Exact(a, $"1{ann}\r\nzzz999\n\n", "102\n\n");
        Exact(b, $"2{bob}\r\nabc123\n\n", "201\n\n");
        Exact(a, $"1{ann}\r\nabc123\n\n", "101\n\n");
        Exact(a, "4\n\n", $"401\n\n{ann}");
        Exact(a, $"0\n\n{ann}", "297\n\n");
        Exact(a, "8\n\n", "801\n\n");
        Exact(a, $"5\n\n{ann}", "501\r\n0\n\n");
        Exact(b, $"1{ann}\r\nabc123\n\n", "104\n\n");
        await PauseAsync();
        Exact(b, $"1{bob}\r\nabc123\n\n", "101\n\n");
        Comes(a, $"105\n\n{bob}");
        Exact(b, "4\n\n", $"401\n\n{bob}\r\n{ann}");
        Exact(b, $"0\n\n{bob}", "297\n\n");
        Exact(b, "8\n\n", "801\n\n");
        Exact(b, $"5\n\n{bob}", "501\r\n0\n\n");
        await SaysAsync(a, "3\r\n13\n\nhello from A\n", b, $"301{ann}\r\n13\n\nhello from A\n");
        await SaysAsync(b, "3\r\n15\n\n你好，聊天室 😀 ça va\n", a, $"301{bob}\r\n15\n\n你好，聊天室 😀 ça va\n");
        await SaysAsync(b, "3\r\n21\n\nline one\n\nline three\n", a, $"301{bob}\r\n21\n\nline one\n\nline three\n");
        foreach (var word in new[] { "[emoji-happy]", "[emoji-HappyWithHalo]", "[emoji-cake]", "[emoji-hotpot]" })
        {
            await SaysAsync(a, $"6\r\n{word.Length}\n\n{word}", b, $"601{ann}\r\n{word.Length}\n\n{word}");
        }

        await SaysAsync(a, $"9\n\n{ann}\r\nnobody{Unique.Word()}", a, "903\n\n");
        await SaysAsync(a, $"9\n\n{ann}\r\n{bob}", a, $"901\n\n{bob}");
        Comes(b, $"905\n\n{ann}");
        await SaysAsync(a, $"9\n\n{ann}\r\n{bob}", a, "902\n\n");

        // A box of bob's is presumed to be open until he does something: what came meanwhile is filled up, and that is all.
        await PauseAsync();
        a.Send($"3{bob}\r\n11\n\npsst hello\n");
        Assert.Equal($"303\n\n{ann}\r\npsst hello\n", b.Next().Plain);
        await SaysAsync(b, $"3{ann}\r\n13\n\nreply from B\n", a, $"303\n\n{bob}\r\nreply from B\n");
        const string Note = "first line\nsecond line 中文\n";
        await SaysAsync(a, $"7\r\nnote.txt\r\n{Encoding.UTF8.GetByteCount(Note)}\n\n{Note}", b, $"701{ann}\r\nnote.txt\r\n{Encoding.UTF8.GetByteCount(Note)}\n\n");
        await SaysAsync(b, $"99\n\n{bob}\r\nnote.txt", b, $"290note.txt\n\n{Note}");

        var c = Window().Begin(cat);
        Comes(a, $"105\n\n{cat}");
        foreach (var text in new[] { "paced 0", "paced 1", "paced 2" })
        {
            await SaysAsync(c, $"3\r\n8\n\n{text}\n", a, $"301{cat}\r\n8\n\n{text}\n");
        }

        await PauseAsync();
        c.Dispose();
        Comes(a, $"800\n\n{cat}");
        b.Dispose();
        a.Find(m => m == $"800\n\n{bob}", "bob's going");
        await SaysAsync(a, $"3{bob}\r\n16\n\nread this later\n", a, $"304\n\n{bob}");

        var again = Window();
        Exact(again, $"1{bob}\r\nabc123\n\n", "101\n\n");
        Exact(again, "4\n\n", $"401\n\n{bob}\r\n{ann}");
        Exact(again, $"0\n\n{bob}", $"295\n\n{ann}");
        var time = @"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d";
        Assert.Matches(
            $"^292{bob}\r\n{ann}\n\n{ann}\t{time}\tpsst hello\n\r\n{bob}\t{time}\treply from B\n\r\n{ann}\t{time}\tread this later\n$", again.Ask($"98{bob}\r\n{ann}\n\n"));
        Exact(again, "8\n\n", "801\n\nnote.txt\r\n");
        var history = again.Ask($"5\n\n{bob}");
        var body = history[(history.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];
        Assert.StartsWith($"501\r\n{body.EnumerateRunes().Count()}\n\n", history, StringComparison.Ordinal);
        Assert.Matches(
            $"^{cat}\t{time}\tpaced 2\n\t\r\n{cat}\t{time}\tpaced 1\n\t\r\n{cat}\t{time}\tpaced 0\n\t\r\n{bob}\t{time}\tline one\n\nline three\n\t\r\n{bob}\t{time}\t你好，聊天室 😀 ça va\n\t\r\n$",
            body);
    }

    private static void Exact(ClassicClient client, string request, string answer)
    {
        client.Send(request);
        Comes(client, answer);
    }

    private static void Comes(ClassicClient client, string message) => Assert.Equal(message, client.Next().Raw);

    private static async Task SaysAsync(ClassicClient from, string request, ClassicClient to, string message)
    {
        await PauseAsync();
        from.Send(request);
        Assert.Equal(message, to.Next().Raw);
    }
}
