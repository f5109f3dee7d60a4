using System.Net;
using Chatroom.Conformance.Classic;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Connections.Classic;
using Chatroom.Tests.Maintenance.ClassicImport;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Connections.Classic;

/// <summary>Who may sign in on the classic port, beside whom, and under which name.</summary>
public sealed class SignInTests
{
    [Fact]
    public async Task With_a_single_session_a_new_client_keeps_the_old_one_out_and_the_old_one_the_new()
    {
        await using var bench = await ClassicBench.StartAsync(o => o with { SingleSession = true });
        var ann = bench.Classic("ann");
        await using var device = bench.Connect();
        Assert.Equal(Code.LoginDuplicate, (await device.AskAsync(Code.Login, Login("ann"))).Code);
        ann.Dispose();
        await Until.TrueAsync(async () => (await device.AskAsync(Code.Login, Login("ann"))).Code == Code.LoginSuccess);
        var window = bench.Window();
        Assert.Equal("102\n\n", window.Ask("1ann\r\nwrong1\n\n"));
        Assert.Equal("104\n\n", window.Ask("1ann\r\nabc123\n\n"));
        await device.LeaveAsync();
        await Until.TrueAsync(() => window.Ask("1ann\r\nabc123\n\n") == "101\n\n");
    }

    [Fact]
    public async Task Without_it_only_a_second_old_client_is_kept_out()
    {
        await using var bench = await ClassicBench.StartAsync();
        bench.Classic("ann");
        await using var device = bench.Connect();
        Assert.Equal(Code.LoginSuccess, (await device.LoginAsync(Login("ann")))[0].Code);
        Assert.Equal("104\n\n", bench.Window().Ask("1ann\r\nabc123\n\n"));
    }

    [Fact]
    public async Task Who_is_refused_as_a_duplicate_goes_without_a_word_to_the_others()
    {
        await using var bench = await ClassicBench.StartAsync();
        var (ann, bob) = bench.Two();
        var refused = bench.Window();
        Assert.Equal("104\n\n", refused.Ask("1ann\r\nabc123\n\n"));
        refused.Dispose();
        var cat = bench.Classic("cat");
        Assert.Equal("105\n\ncat", bob.Next().Plain);

        // Another account on a connection that has one: the name that is signed in stays.
        Assert.Equal("104\n\n", cat.Ask("1bob\r\nabc123\n\n"));
        cat.Dispose();
        Assert.Equal("800\n\ncat", bob.Next().Plain);
        ann.Send("4\n\n");
        Assert.Equal("401\n\nann\r\nbob", ann.Find(m => m.StartsWith("401", StringComparison.Ordinal), "the list").Plain);
    }

    [Fact]
    public async Task Names_that_met_another_when_they_moved_in_sign_in_as_they_were_and_each_gets_the_own_account()
    {
        using var import = new ImportBench();
        import.Old.Make().Person("Bob", "capital1").Person("bob", "small1").Person("a/b", "slash1").Said("bob", "2020-01-02 10:00:00", "from small bob\n");
        await import.ImportAsync();
        await using var server = await import.RunAsync();
        await using var listener = ClassicListener.Start(server.Core, new IPEndPoint(IPAddress.Loopback, 0));
        using var capital = ClassicClient.Open(listener.Address.Port);
        using var small = ClassicClient.Open(listener.Address.Port);
        using var slash = ClassicClient.Open(listener.Address.Port);
        Assert.Equal("102\n\n", capital.Ask("1bob\r\ncapital1\n\n"));
        Assert.Equal("102\n\n", capital.Ask("1Bob\r\nsmall1\n\n"));
        capital.SignIn("Bob", "capital1");

        // On its own connection each is called as it always was; the others know the new name.
        small.SignIn("bob", "small1");
        slash.SignIn("a/b", "slash1");
        var listed = small.Ask("4\n\n").Split("\r\n");
        Assert.Equal(("401\n\nbob", 3), (listed[0], listed.Length));
        Assert.Equal(["Bob", "a_b"], listed[1..].Order(StringComparer.Ordinal));
        Assert.Contains("\n\nbob\t2020-01-02 ", small.Ask("5\n\nbob"), StringComparison.Ordinal);
        Assert.Contains("\n\nbob-2\t2020-01-02 ", capital.Ask("5\n\nBob"), StringComparison.Ordinal);
        small.Say("hello");
        Assert.Equal("301bob-2\r\n6\n\nhello\n", capital.Find(m => m.StartsWith("301", StringComparison.Ordinal), "the text").Plain);
        Assert.Equal("901\n\nBob", small.Ask("9\n\nbob\r\nBob"));
        Assert.Equal("905\n\nbob-2", capital.Next().Plain);
        capital.Send("3bob-2\r\n4\n\npsst");
        Assert.Equal("303\n\nBob\r\npsst\n", small.Next().Plain);

        // Elsewhere the old name is not one.
        await using var device = server.Connect();
        Assert.Equal(Code.LoginNoAccount, (await device.AskAsync(Code.Login, Login("a/b", "slash1"))).Code);
        Assert.Equal(Code.LoginWrongPassword, (await device.AskAsync(Code.Login, Login("bob", "small1"))).Code);
    }

    [Fact]
    public async Task A_stop_is_told_however_quick_it_is_and_the_port_opens_again_at_once_where_connections_were()
    {
        // It waits a second for the last line to go out; a busy machine may take longer.
        await using var bench = await ClassicBench.StartAsync(clock: new PatientClock());
        var ann = bench.Classic("ann");
        for (var i = 0; i < 10; i++)
        {
            await bench.RestartAsync();
            Assert.Contains("The server is stopping.", ann.Next().Plain, StringComparison.Ordinal);
            ann = bench.Window().SignIn("ann");
        }
    }

    private static LoginRequest Login(string name, string password = "abc123") => new() { Version = 3, Name = name, Password = password };
}
