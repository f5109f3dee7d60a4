using Chatroom.Conformance.Classic;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Storage;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Connections.Classic;

/// <summary>What an old client is told when the store fails: the code of what it asked for, on a connection that stays, and works again when the store does.</summary>
public sealed class StoreFailureTests : IAsyncLifetime
{
    private ClassicBench bench = null!;

    public async ValueTask InitializeAsync() => bench = await ClassicBench.StartAsync();

    public ValueTask DisposeAsync() => bench.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_cannot_be_written_is_refused_by_its_code_and_nothing_of_it_is_shown_to_others(bool full)
    {
        var (ann, bob) = bench.Two();
        var window = bench.Window();
        Assert.Equal("201\n\n", window.Ask("2dog\r\nabc123\n\n"));
        bench.Store.FailWrites(() => full ? new StoreFullException("full") : new StoreFailedException("failed"));
        Refused(ann, "3\r\n3\n\nno\n", "900", "Your message was not sent.");
        Refused(ann, "3bob\r\n3\n\nno\n", "900", "Your message to bob was not sent.");
        Assert.Equal("602\n\n", ann.Ask("6\r\n13\n\n[emoji-happy]"));
        Refused(ann, "7\r\nno.txt\r\n9\n\n3\r\n3\n\nno\n", "702", "Your file was not sent.");
        Refused(ann, "9\n\nann\r\nbob", "904", "disk");
        Assert.Equal("202\n\n", window.Ask("2cat\r\nabc123\n\n"));
        Assert.Equal("900\n\n", window.Ask("1dog\r\nabc123\n\n"));

        bench.Store.Recover();
        ann.Say("again");
        Assert.Equal("301ann\r\n6\n\nagain\n", bob.Next().Plain);
        ann.Send("3bob\r\n5\n\nyes?\n");
        Assert.Equal("303\n\nann\r\nyes?\n", bob.Next().Plain);
        ann.Send("6\r\n13\n\n[emoji-happy]");
        Assert.Equal("601ann\r\n13\n\n[emoji-happy]", bob.Next().Plain);
        ann.Send("7\r\nyes.txt\r\n3\n\nyes");
        Assert.Equal("701ann\r\nyes.txt\r\n3\n\n", bob.Next().Plain);
        Assert.Equal("901\n\nbob", ann.Ask("9\n\nann\r\nbob"));
        Assert.Equal("905\n\nann", bob.Next().Plain);
        Assert.Equal("201\n\n", window.Ask("2cat\r\nabc123\n\n"));
        window.SignIn("dog");
    }

    [Fact]
    public async Task What_does_not_fit_a_disk_that_is_really_full_is_refused_and_goes_when_there_is_room()
    {
        var (ann, bob) = bench.Two();
        var text = new string('x', 16_000);
        await PagesAsync(1);
        Refused(ann, $"3\r\n16001\n\n{text}\n", "900", "The server's disk is full.");
        await PagesAsync(1_000_000);
        ann.Say(text);
        Assert.StartsWith("301ann\r\n", bob.Next().Plain, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_has_the_code_of_its_list()
    {
        var (ann, bob) = bench.Two();
        Assert.Equal("901\n\nbob", ann.Ask("9\n\nann\r\nbob"));
        Assert.Equal("905\n\nann", bob.Next().Plain);
        ann.Send("3bob\r\n5\n\npsst\n");
        Assert.Equal("303\n\nann\r\npsst\n", bob.Next().Plain);
        ann.Send("7\r\na.txt\r\n3\n\nabc");
        Assert.Equal("701ann\r\na.txt\r\n3\n\n", bob.Next().Plain);
        bench.Store.FailReads(Broken);
        Assert.Equal("404\n\n", ann.Ask("4\n\n"));
        Assert.Equal("296\n\n", ann.Ask("0\n\nann"));
        Assert.Equal("294ann\r\nbob\n\n", ann.Ask("98ann\r\nbob\n\n"));
        Assert.Equal("802\n\n", ann.Ask("8\n\n"));
        Assert.Equal("502\n\n", ann.Ask("5\n\nann"));
        Assert.Equal("291\n\n", ann.Ask("99\n\nann\r\na.txt"));

        bench.Store.Recover();
        Assert.Equal("401\n\nann\r\nbob", ann.Ask("4\n\n"));
        Assert.Equal("295\n\nbob", ann.Ask("0\n\nann"));
        Assert.Matches("^292ann\r\nbob\n\nann\t.{19}\tpsst\n$", ann.Ask("98ann\r\nbob\n\n"));
        Assert.Equal("801\n\na.txt\r\n", ann.Ask("8\n\n"));
        Assert.Equal("501\r\n0\n\n", ann.Ask("5\n\nann"));
        Assert.Equal("290a.txt\n\nabc", ann.Ask("99\n\nann\r\na.txt"));
    }

    [Fact]
    public async Task A_start_up_whose_lists_fail_comes_to_its_end_and_shows_what_is_said_afterwards()
    {
        // More people than the answer to the sign-in names: those it does name are given, for without a list the program ends itself.
        await using var people = await CrowdAsync(120);
        var ann = bench.Window();
        Assert.Equal("201\n\n", ann.Ask("2ann\r\nabc123\n\n"));
        Assert.Equal("101\n\n", ann.Ask("1ann\r\nabc123\n\n"));
        bench.Store.FailReads(Broken);
        Assert.InRange(ann.Ask("4\n\n").Split("\r\n").Length, 100, 101);
        Assert.Equal("296\n\n", ann.Ask("0\n\nann"));
        Assert.Equal("294ann\r\np1\n\n", ann.Ask("98ann\r\np1\n\n"));
        Assert.Equal("802\n\n", ann.Ask("8\n\n"));
        await people.First.SayAsync("lobby", "meanwhile");
        Assert.Equal("502\n\n", ann.Ask("5\n\nann"));

        // Before it may come notices of those of the crowd whom the list had no room for.
        ann.Find(m => m == "301p0\r\n10\n\nmeanwhile\n", "what was said meanwhile");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sign_in_that_cannot_be_answered_leaves_the_window_as_it_was_and_goes_through_later(bool halfway)
    {
        var ann = bench.Classic("ann");
        var window = bench.Window();
        Assert.Equal("201\n\n", window.Ask("2bob\r\nabc123\n\n"));
        if (halfway)
        {
            bench.Store.FailReadsAfterNextWrite(Broken);
        }
        else
        {
            bench.Store.FailReads(Broken);
        }

        Assert.Equal("900\n\n", window.Ask("1bob\r\nabc123\n\n"));
        bench.Store.Recover();
        Assert.Equal("401\n\nann", ann.Ask("4\n\n"));
        window.SignIn("bob");
        ann.Find(m => m == "105\n\nbob", "the coming");
        window.Say("here");
        Assert.Equal("301bob\r\n5\n\nhere\n", ann.Next().Plain);
        await using var device = bench.Connect();
        await device.LoginAsync(new LoginRequest { Version = 3, Name = "bob", Password = "abc123" });
        Assert.Equal(2, (await device.AskAsync<Empty, DeviceList>(Code.ListDevices, new Empty(), Code.Devices)).Devices.Count);
    }

    [Fact]
    public void A_file_that_cannot_be_kept_is_refused_and_skipped()
    {
        var (ann, bob) = bench.Two();
        var folder = Path.Combine(bench.Core.Options.Data, "files");
        Directory.Delete(folder, recursive: true);
        File.WriteAllText(folder, "in the way");
        Refused(ann, "7\r\nno.txt\r\n9\n\n3\r\n3\n\nno\n", "702", "Your file was not sent.");
        File.Delete(folder);
        Directory.CreateDirectory(folder);
        ann.Send("7\r\nyes.txt\r\n3\n\nyes");
        Assert.Equal("701ann\r\nyes.txt\r\n3\n\n", bob.Next().Plain);
        Assert.Equal("290yes.txt\n\nyes", bob.Ask("99\n\nbob\r\nyes.txt"));

        // What is gone from the disk later is an error of the download, not of the connection.
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }

        Assert.Equal("291\n\n", bob.Ask("99\n\nbob\r\nyes.txt"));
        ann.Say("still here");
        Assert.Equal("301ann\r\n11\n\nstill here\n", bob.Next().Plain);
    }

    private static IOException Broken() => new("The disk does not answer.");

    private static void Refused(ClassicClient client, string request, string code, string line)
    {
        Assert.Equal($"{code}\n\n", client.Ask(request));
        var told = client.Next().Plain;
        Assert.StartsWith("301<Chatroom>\r\n", told, StringComparison.Ordinal);
        Assert.Contains(line, told, StringComparison.Ordinal);
    }

    private Task PagesAsync(int most) => bench.Core.Store.WriteAsync(tx =>
    {
        ((Chatroom.Server.Storage.Sqlite.StoreTransaction)tx).Connection.Execute($"PRAGMA max_page_count = {most}");
        return 0;
    });

    private async Task<Crowd> CrowdAsync(int count)
    {
        var people = new List<MemoryClient>();
        for (var i = 0; i < count; i++)
        {
            people.Add(await bench.JoinAsync($"p{i}"));
        }

        return new Crowd(people);
    }

    private sealed class Crowd(List<MemoryClient> people) : IAsyncDisposable
    {
        public MemoryClient First => people[0];

        public async ValueTask DisposeAsync()
        {
            foreach (var person in people)
            {
                await person.DisposeAsync();
            }
        }
    }
}
