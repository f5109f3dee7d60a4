using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server;
using Chatroom.Tests.Support;
using CsCheck;

namespace Chatroom.Tests.Connections.Classic;

/// <summary>A classic connection stands whatever happens to it: its client would not notice a close.</summary>
public sealed class StandingTests
{
    [Fact]
    public async Task Whatever_is_sent_the_connection_stays_and_nobody_else_is_disturbed()
    {
        await using var bench = await ClassicBench.StartAsync(o => o with { ClassicPadding = ClassicPadding.Always });
        var (fuzzer, witness) = bench.Two();
        var fences = 0;
        Hostile.Pieces.Array[1, 4].Sample(pieces =>
        {
            foreach (var piece in pieces)
            {
                fuzzer.Send(piece);
            }

            witness.Say($"fence {++fences}");
            fuzzer.Find(m => m.EndsWith($"\n\nfence {fences}\n", StringComparison.Ordinal), $"fence {fences}");
        }, iter: 300, threads: 1);
        witness.Send("4\n\n");
        witness.Find(m => m == "401\n\nbob\r\nann", "the list");
    }

    [Fact]
    public async Task Who_is_signed_out_elsewhere_is_told_so_in_a_line_and_keeps_the_connection()
    {
        await using var bench = await ClassicBench.StartAsync();
        var (ann, bob) = bench.Two();
        await using var device = bench.Connect();
        await device.LoginAsync(new LoginRequest { Version = 3, Name = "ann", Password = "abc123" });
        var old = (await device.AskAsync<Empty, DeviceList>(Code.ListDevices, new Empty(), Code.Devices)).Devices.Single(d => d.Name == "Chatroom 2.0");
        await device.AskAsync<SignOutDeviceRequest, OkBody>(Code.SignOutDevice, new SignOutDeviceRequest { Device = old.Id, ClientId = MemoryClient.NewId() }, Code.Ok);
        Assert.Matches("^301<Chatroom>\r\n[0-9]+\n\nYou were signed out.", ann.Next().Plain);
        ann.Say("not any more");
        Assert.Equal("900\n\n", ann.Next().Plain);
        await device.SayAsync("lobby", "but here");
        Assert.Equal("301ann\r\n9\n\nbut here\n", bob.Next().Plain);
    }

    [Fact]
    public async Task A_disabled_account_is_told_so_and_its_sign_in_is_answered_like_a_wrong_password()
    {
        await using var bench = await ClassicBench.StartAsync();
        await using var owner = await bench.JoinAsync("owner");
        var (ann, _) = bench.Two();
        await owner.AskAsync<UserRequest, OkBody>(Code.DisableUser, new UserRequest { Name = "ann", Disabled = true, ClientId = MemoryClient.NewId() }, Code.Ok);
        ann.Find(m => m.StartsWith("301<Chatroom>\r\n", StringComparison.Ordinal), "the line");
        Assert.Equal("102\n\n", bench.Window().Ask("1ann\r\nabc123\n\n"));
    }

    // Both names come back in the answer, and invalid bytes three times as long.
    [Theory]
    [InlineData("98{0}\r\nbob\n\n")]
    [InlineData("98ann\r\n{0}\n\n")]
    public async Task Names_too_long_for_one_read_are_refused(string request)
    {
        await using var bench = await ClassicBench.StartAsync();
        var (ann, bob) = bench.Two();
        Assert.Equal("900\n\n", ann.Ask(string.Format(System.Globalization.CultureInfo.InvariantCulture, request, new string('x', 1200))));
        Assert.Equal(1010, ann.Ask($"98ann\r\n{new string('x', 1000)}\n\n").Length);
        ann.Say("still here");
        Assert.Equal("301ann\r\n11\n\nstill here\n", bob.Next().Plain);
    }

    [Fact]
    public async Task What_is_sent_too_fast_is_not_refused_but_waits()
    {
        // The clock runs faster than the reader, so the server would believe it quiet: every message fills one read.
        await using var bench = await ClassicBench.StartAsync(o => o with { Limits = true, MessagesPerSecond = 2, ClassicPadding = ClassicPadding.Always }, new FastClock());
        var (ann, bob) = bench.Two();
        for (var i = 0; i < 100; i++)
        {
            ann.Say($"{i}");
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}\n"), Enumerable.Range(0, 100).Select(_ => bob.Next().Plain.Split("\n\n")[1]));
        Assert.DoesNotContain(ann.Messages, m => m.Raw.StartsWith("900", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_whose_bytes_do_not_come_is_given_up_and_its_rest_is_skipped()
    {
        await using var bench = await ClassicBench.StartAsync(o => o with { ClassicPadding = ClassicPadding.Always }, new FastClock());
        var (ann, bob) = bench.Two();
        ann.Send("7\r\nhalf.txt\r\n20\n\n0123456789");
        Assert.Equal("702\n\n", ann.Next().Plain);
        Assert.Contains("stood still", ann.Next().Plain, StringComparison.Ordinal);
        ann.Send("3\r\n4\n\nno\n\n3\r\n4\n\nyes\n");
        Assert.Equal("301ann\r\n4\n\nyes\n", bob.Next().Plain);
        Assert.Equal("801\n\n", bob.Ask("8\n\n"));
    }

    [Fact]
    public async Task Nobody_leaves_whom_the_client_was_not_shown_and_nobody_is_told_twice()
    {
        await using var bench = await ClassicBench.StartAsync();
        var people = new List<MemoryClient>();
        for (var i = 0; i < 50; i++)
        {
            people.Add(await bench.JoinAsync($"{new string('n', 28)}{i}"));
        }

        var ann = bench.Classic("ann");
        var list = ann.Messages.Single(m => m.Raw.StartsWith("401", StringComparison.Ordinal));
        Assert.InRange(list.Bytes.Length, 990, 1024);
        var listed = list.Raw[5..].Split("\r\n")[1..];
        Assert.InRange(listed.Length, 25, 40);
        foreach (var person in people)
        {
            await person.DisposeAsync();
        }

        // Who came just before the list was read may be told of once more; whoever leaves then was shown.
        var (gone, shown) = (new List<string>(), listed.Select(n => n.ToString()).ToHashSet());
        while (!listed.All(n => gone.Contains(n)))
        {
            var told = ann.Next().Plain;
            (told.StartsWith("800\n\n", StringComparison.Ordinal) ? (ICollection<string>)gone : shown).Add(told[5..]);
        }

        Assert.Equal(gone.Distinct(), gone);
        Assert.All(gone, name => Assert.Contains(name, shown));
        await using var cat = await bench.JoinAsync("cat");
        ann.Find(m => m.StartsWith("105\n\ncat", StringComparison.Ordinal), "the line about cat");
    }
}
