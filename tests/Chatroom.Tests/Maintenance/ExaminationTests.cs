using System.Net;
using System.Net.Sockets;
using Chatroom.Server;
using Chatroom.Server.Connections;
using Chatroom.Server.Maintenance;
using Chatroom.Server.Sealing;
using Chatroom.Server.Storage;
using Chatroom.Tests.Sealing;
using Chatroom.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatroom.Tests.Maintenance;

/// <summary>The doctor finds what a server would refuse at its start, and changes nothing.</summary>
public sealed class ExaminationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private ChatServerOptions Options => ServerBench.OptionsIn(folder) with { Listen = Free, Http = null };

    private static IPEndPoint Free => new(IPAddress.Loopback, 0);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Before_and_after_the_first_start_nothing_is_wrong_and_looking_changes_nothing()
    {
        Assert.Empty(Wrongs(Options));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        await StartAsync();
        var before = folder.Snapshot();
        Assert.Empty(Wrongs(Options));
        Assert.Equal(before, folder.Snapshot());
    }

    [Fact]
    public async Task A_server_that_runs_on_the_folder_is_no_fault_of_its_ports()
    {
        await using var server = await ChatServer.StartAsync(Options with { Metrics = Free }, NullLoggerFactory.Instance);
        var asked = Options with { Listen = server.Address, Metrics = server.MetricsAddress };
        Assert.Empty(Wrongs(asked));
        Assert.Equal(2, Wrongs(asked with { Data = folder["other"] }).Length);
    }

    [Theory]
    [InlineData("listen")]
    [InlineData("http")]
    [InlineData("metrics")]
    [InlineData("classic")]
    public async Task A_port_in_use_is_found_and_the_start_refuses_it(string setting)
    {
        using var other = new TcpListener(Free);
        other.Start();
        var options = setting switch
        {
            "listen" => Options with { Listen = (IPEndPoint)other.LocalEndpoint },
            "http" => Options with { Http = (IPEndPoint)other.LocalEndpoint },
            "metrics" => Options with { Metrics = (IPEndPoint)other.LocalEndpoint },
            _ => Options with { Classic = (IPEndPoint)other.LocalEndpoint },
        };
        Assert.Contains("--" + setting, Assert.Single(Wrongs(options)));
        Assert.Contains("--" + setting, (await Assert.ThrowsAsync<IOException>(() => ChatServer.StartAsync(options, NullLoggerFactory.Instance))).Message);
    }

    [Fact]
    public void A_port_that_two_settings_ask_for_is_found()
    {
        var free = ReservedPort();
        Assert.Contains("--metrics", Assert.Single(Wrongs(Options with { Http = free, Metrics = free })));
    }

    [Theory]
    [InlineData("keyring.json")]
    [InlineData("chatroom.db")]
    [InlineData("server.crt")]
    [InlineData("server.key.sealed")]
    public async Task A_file_that_is_damaged_is_found_and_the_start_refuses_it(string name)
    {
        await StartAsync();
        File.WriteAllText(Path.Combine(Options.Data, name), "{}");
        await RefusedAsync(Options, name);
    }

    [Fact]
    public async Task A_lost_key_ring_is_found()
    {
        await StartAsync();
        File.Delete(folder["data/keyring.json"]);
        await RefusedAsync(Options, "keyring.json");
    }

    [Fact]
    public async Task A_log_without_its_database_is_found()
    {
        await StartAsync();
        File.Move(folder["data/chatroom.db"], folder["data/chatroom.db-wal"]);
        await RefusedAsync(Options, "chatroom.db");
    }

    [Fact]
    public async Task A_file_in_place_of_the_folder_is_found()
    {
        File.WriteAllText(folder["data"], "");
        await RefusedAsync(Options, "is a file");
    }

    [Fact]
    public async Task A_lost_certificate_is_found_though_a_start_makes_another()
    {
        await StartAsync();
        File.Delete(folder["data/server.crt"]);
        Assert.Contains("fingerprint", Assert.Single(Wrongs(Options)));
        await StartAsync();
        Assert.Empty(Wrongs(Options));
    }

    private static string[] Wrongs(ChatServerOptions options) => [.. Examination.Run(options).Where(f => f.IsWrong).Select(f => f.Text)];

    // What is said is what the start says too, so that neither forgets a check that the other makes.
    private static async Task RefusedAsync(ChatServerOptions options, string named)
    {
        var said = Assert.Single(Wrongs(options));
        Assert.Contains(named, said);
        var refusal = await Record.ExceptionAsync(() => ChatServer.StartAsync(options, NullLoggerFactory.Instance));
        Assert.True(refusal is DataFolderException or SealingException or InvalidDataException, refusal?.ToString());
        Assert.Equal(said, refusal?.Message);
    }

    private async Task StartAsync() => await (await ChatServer.StartAsync(Options, NullLoggerFactory.Instance)).DisposeAsync();

    private static IPEndPoint ReservedPort()
    {
        using var socket = ListenSocket.Create(Free);
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
