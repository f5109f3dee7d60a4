using System.Net;
using Chatroom.Server;
using Chatroom.Tests.Sealing;

namespace Chatroom.Tests.Commands;

public sealed class OptionTableTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_command_line_wins_over_the_environment_and_that_over_the_file()
    {
        var file = File("history-page = 10\nmax-rooms = 11\nupload-hours = 12\n");
        var environment = new Dictionary<string, string> { ["CHATROOM_HISTORY_PAGE"] = "20", ["CHATROOM_MAX_ROOMS"] = "21" };
        var options = OptionTable.Read(file, environment.GetValueOrDefault, new Dictionary<string, string> { ["history-page"] = "30" });
        Assert.Equal((30, 21, 12), (options.HistoryPage, options.MaxRooms, options.UploadHours));
    }

    [Fact]
    public void The_default_configuration_is_the_defaults()
    {
        Assert.Equal(new ChatServerOptions(), OptionTable.Read(File(OptionTable.DefaultConfiguration()), _ => null, new Dictionary<string, string>()));
    }

    [Fact]
    public void Every_setting_is_in_the_table_once_and_reads_back_what_it_writes()
    {
        Assert.Equal(OptionTable.All.Count, OptionTable.All.Select(o => o.Name).Distinct().Count());
        var settable = typeof(ChatServerOptions).GetProperties().Where(p =>
            p.CanWrite && p.GetMethod is { IsStatic: false } && p.Name != nameof(ChatServerOptions.AskPassphrase)).Count();
        Assert.Equal(settable, OptionTable.All.Count);
        Assert.All(OptionTable.All, o => Assert.Equal(o.Get(new ChatServerOptions()) ?? "x", o.Get(o.Set(new ChatServerOptions(), o.Get(new ChatServerOptions()) ?? "x"))));
    }

    [Fact]
    public void An_error_names_the_line_the_variable_or_the_option_it_came_from()
    {
        var file = File("# comment\n\nhistory-page = many\n");
        Assert.Contains(file + ":3:", Refused(file));
        Assert.Contains("CHATROOM_HISTORY_PAGE:", Refused(null, ("CHATROOM_HISTORY_PAGE", "0")));
        Assert.Contains("--history-page:", Refused(null, ("history-page", "201")));
        Assert.Contains(":1: there is no setting \"histroy-page\"", Refused(File("histroy-page = 1\n")));
        Assert.Contains(":1: a line is", Refused(File("history-page\n")));
        Assert.Contains("cert and key", Refused(null, ("cert", "x.pem")));
    }

    [Fact]
    public void The_classic_port_is_for_loopback_unless_other_machines_are_allowed_in_words()
    {
        Assert.Null(new ChatServerOptions().Classic);
        Assert.Contains("plain text", Refused(null, ("classic", "0.0.0.0:65435")));
        var options = OptionTable.Read(null, _ => null, new Dictionary<string, string> { ["classic"] = "0.0.0.0:65435", ["classic-allow-remote"] = "true" });
        Assert.Equal(IPEndPoint.Parse("0.0.0.0:65435"), options.Classic);
        Assert.Null(OptionTable.Read(null, _ => null, new Dictionary<string, string> { ["classic"] = "none" }).Classic);
        Assert.Equal(65435, OptionTable.Read(null, _ => null, new Dictionary<string, string> { ["classic"] = "localhost:65435" }).Classic!.Port);
    }

    [Fact]
    public void Metrics_are_off_by_default_and_never_for_other_machines()
    {
        Assert.Null(new ChatServerOptions().Metrics);
        Assert.Contains("nobody signs in", Refused(null, ("metrics", "0.0.0.0:9464")));
        Assert.Contains("nobody signs in", Refused(null, ("metrics", "192.0.2.1:9464")));
        Assert.Equal(9464, OptionTable.Read(null, _ => null, new Dictionary<string, string> { ["metrics"] = "localhost:9464" }).Metrics!.Port);
    }

    [Theory]
    [InlineData("history-page", "0")]
    [InlineData("history-page", "-1")]
    [InlineData("history-page", "1e2")]
    [InlineData("history-page", "99999999999999999999")]
    [InlineData("listen", "0.0.0.0")]
    [InlineData("listen", "example.org:7443")]
    [InlineData("listen", "127.0.0.1:70000")]
    [InlineData("limits", "maybe")]
    [InlineData("registration", "perhaps")]
    [InlineData("registration", "7")]
    [InlineData("synchronous", "NORMAL")]
    [InlineData("max-file-size", "")]
    [InlineData("max-file-size", "65G")]
    [InlineData("max-file-size", "9999999999G")]
    [InlineData("outbox-bytes", "511K")]
    public void A_value_out_of_bounds_is_refused_by_name(string name, string value) => Assert.Contains("--" + name, Refused(null, (name, value)));

    [Fact]
    public void Sizes_and_addresses_may_be_written_as_people_do()
    {
        var options = OptionTable.Read(null, _ => null, new Dictionary<string, string> { ["max-file-size"] = "2g", ["listen"] = "localhost:0", ["limits"] = "No" });
        Assert.Equal((2L << 30, new IPEndPoint(IPAddress.Loopback, 0), false), (options.MaxFileSize, options.Listen, options.Limits));
    }

    private static string Refused(string? file, params (string Name, string Value)[] given)
    {
        var values = given.ToDictionary(g => g.Name, g => g.Value);
        return Assert.Throws<OptionException>(() => OptionTable.Read(file, values.GetValueOrDefault, values)).Message;
    }

    private string File(string text)
    {
        System.IO.File.WriteAllText(folder["chatroom.conf"], text);
        return folder["chatroom.conf"];
    }
}
