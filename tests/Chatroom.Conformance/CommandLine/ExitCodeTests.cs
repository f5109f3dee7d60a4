using System.Net;
using System.Net.Sockets;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.CommandLine;

/// <summary>Scripts can tell by the exit code, and by the code on standard error, what went wrong.</summary>
public sealed class ExitCodeTests(SharedServer fixture) : CommandLineTest(fixture)
{
    [Fact]
    public async Task A_wrong_password_is_a_refused_sign_in()
    {
        var person = await PersonAsync();
        (await person.RunAsync("logout")).Ends(0);
        person.Password += "x";
        Assert.Contains("(102 ", (await person.RunAsync("rooms")).Ends(4).Errors);
    }

    [Fact]
    public async Task Who_registered_is_signed_in()
    {
        var person = await PersonAsync();
        person.Environment["CHATROOM_PASSWORD"] = "";
        (await person.RunAsync("rooms")).Ends(0);
    }

    [Fact]
    public async Task A_password_that_nobody_can_be_asked_for_is_wrong_usage()
    {
        var person = Somebody();
        person.Environment["CHATROOM_PASSWORD"] = "";
        Assert.Contains("CHATROOM_PASSWORD", (await person.RunAsync("rooms")).Ends(2).Errors);
        Assert.Contains("CHATROOM_PASSWORD", (await person.RunAsync("register")).Ends(2).Errors);
    }

    [Fact]
    public async Task A_fingerprint_given_with_a_refused_sign_in_is_kept()
    {
        var person = Somebody();
        (await person.RunAsync("rooms")).Ends(4);
        person.Environment["CHATROOM_TRUST"] = "";
        (await person.RunAsync("register")).Ends(0);
    }

    [Fact]
    public async Task Without_a_verb_the_verbs_are_listed() => Assert.Contains("  register ", (await Somebody().RunAsync()).Ends(0).Output);

    [Fact]
    public async Task Wrong_usage_says_where_to_read_on() =>
        Assert.EndsWith("see chatroom group rename --help\n", (await Somebody().RunAsync("group", "rename")).Ends(2).Errors);

    [Fact]
    public async Task An_account_that_is_not_there_is_told_how_to_register() =>
        Assert.Contains("chatroom register", (await Somebody().RunAsync("rooms")).Ends(4).Errors);

    [Fact]
    public async Task An_unknown_certificate_is_refused_and_told_how_to_trust()
    {
        var person = Somebody();
        person.Environment["CHATROOM_TRUST"] = "";
        var run = (await person.RunAsync("register")).Ends(3);
        Assert.Contains("--trust SHA256:" + Server.Fingerprint!.ToLowerInvariant(), run.Errors);
    }

    [Fact]
    public async Task A_pinned_certificate_needs_no_trust_again_and_another_one_is_refused_loudly()
    {
        var person = await PersonAsync();
        person.Environment["CHATROOM_TRUST"] = "";
        (await person.RunAsync("rooms")).Ends(0);
        var pin = Assert.Single(Directory.GetFiles(Path.Combine(person.Folder, "profile"), "*.value", SearchOption.AllDirectories), file => new FileInfo(file).Length == 64);
        await File.WriteAllTextAsync(pin, new string('a', 64));
        Assert.Contains("HAS CHANGED", (await person.RunAsync("rooms")).Ends(3).Errors);
    }

    [Fact]
    public async Task A_server_that_is_down_is_named()
    {
        var person = Somebody();
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var address = $"127.0.0.1:{((IPEndPoint)nobody.LocalEndpoint).Port}";
        nobody.Stop();
        Assert.Contains($"cannot reach {address}", (await person.RunAsync("rooms", "--server", address)).Ends(3).Errors);
    }

    [Fact]
    public async Task What_the_server_refuses_has_its_code()
    {
        var person = await PersonAsync();
        Assert.Contains("(903 ", (await person.RunAsync("send", "--to", $"n{Unique.Word()}", "hi")).Ends(1).Errors);
        Assert.Contains("(202 ", (await person.RunAsync("register")).Ends(1).Errors);
    }

    [Theory]
    [InlineData("send", "no room")]
    [InlineData("send", "--room", "lobby", "x", "--client-id", "ABC")]
    [InlineData("rooms", "--no-such-option")]
    [InlineData("rooms", "--trust", "abc")]
    [InlineData("rooms", "--lang", "fr")]
    [InlineData("rooms", "--server", "host:port")]
    [InlineData("nosuchverb")]
    public async Task Wrong_usage_is_neither_a_refusal_nor_a_success(params string[] arguments) => (await Somebody().RunAsync(arguments)).Ends(2);

    [Fact]
    public async Task Waiting_in_vain_ends_with_its_own_code()
    {
        var person = await PersonAsync();
        (await person.RunAsync("tail", "--room", "lobby", "--after", "999999999", "--timeout", "2")).Ends(5);
    }

    [Fact]
    public async Task Every_verb_has_help_that_names_the_exit_codes()
    {
        var person = Somebody();
        var verbs = await VerbsAsync(person);
        Assert.Contains("send", verbs);
        foreach (var verb in verbs.Except(["serve", "default-config", "verify", "backup", "restore", "rekey", "doctor", "user", "import-classic", "friend", "block", "group", "token", "admin"]))
        {
            Assert.Contains("Exit codes: 0 done", (await person.RunAsync(verb, "--help")).Ends(0).Output);
        }
    }

    [Fact]
    public async Task The_verbs_are_shown_at_a_glance_in_both_languages()
    {
        var person = Somebody();
        var english = await VerbsAsync(person);
        person.Environment["LC_ALL"] = "zh_CN.UTF-8";
        Assert.Equal(english, await VerbsAsync(person));
        var run = (await person.RunAsync("--help")).Ends(0);
        Assert.Contains("运行服务器", run.Output);
        Assert.True(run.Lines.Length < 60, run.Output);
        Assert.True((await person.RunAsync("group", "--help")).Ends(0).Lines.Length < 25);
    }

    [Fact]
    public async Task In_Chinese_what_is_wrong_with_a_connection_or_a_use_is_said_in_Chinese()
    {
        var person = Somebody();
        person.Environment["CHATROOM_TRUST"] = "";
        person.Environment["LC_ALL"] = "zh_CN.UTF-8";
        Assert.Contains("还不认识", (await person.RunAsync("register")).Ends(3).Errors);
        Assert.Contains("不是 主机:端口", (await person.RunAsync("rooms", "--server", "host:port")).Ends(2).Errors);
        Assert.EndsWith("用法见 chatroom send --help\n", (await person.RunAsync("send", "no room")).Ends(2).Errors);
        Assert.Contains("二者选一", (await person.RunAsync("send", "no room")).Ends(2).Errors);
    }

    [Fact]
    public async Task A_port_that_does_not_speak_TLS_is_told_apart_from_a_server_that_is_down()
    {
        var person = Somebody();
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        var answering = AnswerAsync(plain);
        var run = (await person.RunAsync("rooms", "--server", plain.LocalEndpoint.ToString()!)).Ends(3);
        Assert.Contains($"{plain.LocalEndpoint} answers, but does not speak TLS", run.Errors);
        Assert.DoesNotContain("cannot reach", run.Errors);
        await answering;

        static async Task AnswerAsync(TcpListener listener)
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().ReadExactlyAsync(new byte[16]);
            await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        }
    }

    [Fact]
    public async Task A_profile_that_cannot_be_written_is_told_as_that_and_not_as_a_server_that_is_down()
    {
        var person = await PersonAsync();
        var file = Path.Combine(person.Folder, "no-folder");
        await File.WriteAllTextAsync(file, "");
        var run = (await person.RunAsync("rooms", "--profile", file)).Ends(1);
        Assert.Contains($"cannot be read or written in {file}: ", run.Errors);
        Assert.DoesNotContain("cannot reach", run.Errors);
    }

    private static async Task<string[]> VerbsAsync(Person person) =>
    [
        .. (await person.RunAsync("--help")).Ends(0).Lines.Where(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(line => line.Trim().Split(' ')[0]),
    ];
}
