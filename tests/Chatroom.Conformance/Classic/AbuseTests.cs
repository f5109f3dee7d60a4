using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Classic;

public sealed class SmallQueueServer() : ServerFixture(("CHATROOM_CLASSIC", "127.0.0.1:0"), ("CHATROOM_OUTBOX_BYTES", "512K"));

/// <summary>A client that never reads, floods or sends half a request costs bounded memory and disturbs nobody.</summary>
public sealed class AbuseTests(SmallQueueServer server) : ClassicTest(server), IClassFixture<SmallQueueServer>
{
    [Fact]
    public void Who_does_not_read_loses_the_oldest_is_told_how_many_and_holds_nobody_up()
    {
        var (writer, stuck) = Two();
        var witness = Classic();
        writer.Find(m => m == $"105\n\n{witness.Name}", "the witness's coming");
        stuck.Find(m => m == $"105\n\n{witness.Name}", "the witness's coming");
        stuck.OpenBox(); // The read that waits already gives one more message.
        var text = new string('x', 900);
        const int Count = 3000;
        for (var i = 0; i < Count; i++)
        {
            writer.Say($"{i} {text}");
        }

        witness.Until(() => witness.Messages.Count(IsText) == Count, "everything at the witness");
        stuck.CloseBox();
        stuck.Until(() => stuck.Messages.Count(IsText) + Lost(stuck) >= Count, "everything, or that it was dropped");
        Assert.InRange(Lost(stuck), 1, Count - 1);
        Assert.Equal(Count, stuck.Messages.Count(IsText) + Lost(stuck));
        Assert.Single(stuck.Messages, m => m.Raw.StartsWith("301<Chatroom>", StringComparison.Ordinal));
        Assert.Contains($"\n\n{Count - 1} x", stuck.Messages.Last(IsText).Plain);

        // What was written before and what is left after are each in order.
        var numbers = stuck.Messages.Where(IsText).Select(m => int.Parse(Regex.Match(m.Plain, @"\n\n(\d+) ").Groups[1].Value)).ToList();
        Assert.Equal(numbers.Order(), numbers);

        bool IsText(ClassicMessage m) => m.Raw.StartsWith("301" + writer.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_requests_and_floods_of_nonsense_disturb_nobody()
    {
        var (first, second) = Two();
        var halves = new[] { "1", "3\r\n60000\n\nhalf", "7\r\nhalf.bin\r\n50000000\n\nhalf", "98x", "9\n\n", "5\n\n", "6\r\n13\n\n[emoji" };
        foreach (var half in halves)
        {
            Window().Send(half);
            Classic().Send(half);
        }

        var flood = Window();
        flood.OpenBox();
        Flood(flood);
        first.Say("undisturbed");
        Assert.Equal($"301{first.Name}\r\n12\n\nundisturbed\n", second.Find(m => m.StartsWith("301", StringComparison.Ordinal), "the text").Plain);
    }

    [Fact]
    public void A_file_cut_off_by_its_sender_leaves_nothing_for_the_others()
    {
        var (first, second) = Two();
        first.Send("7\r\ncut.bin\r\n1000000\n\n");
        first.Send(new byte[300_000]);
        first.Dispose();
        Assert.Equal($"800\n\n{first.Name}", second.Next().Plain);
        Assert.Equal("801\n\n", second.Ask("8\n\n"));
    }

    [Fact]
    public async Task On_stopping_the_server_says_so_and_closes()
    {
        var fixture = new ClassicServer();
        await fixture.ReadyAsync();
        var client = ClassicClient.Open(fixture.Server.ClassicPort).Begin(Unique.Word());
        await PauseAsync();
        await fixture.DisposeAsync();
        Assert.Contains("stopping", client.Next().Plain);
        client.Dispose();
    }

    private static int Lost(ClassicClient client) => client.Messages.Where(m => m.Raw.StartsWith("301<Chatroom>", StringComparison.Ordinal))
        .Sum(m => int.Parse(Regex.Match(m.Plain, @"\n\n(\d+) notices").Groups[1].Value));

    // Sends until the server takes no more for a while, or enough.
    private static void Flood(ClassicClient client)
    {
        var junk = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("what\n\n", 20_000)));
        try
        {
            client.SendFor(junk, times: 100, patience: TimeSpan.FromMilliseconds(500));
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.TimedOut, e.SocketErrorCode);
        }
    }
}
