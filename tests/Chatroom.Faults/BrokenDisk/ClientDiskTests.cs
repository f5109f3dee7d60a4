using System.Security.Cryptography;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.BrokenDisk;

/// <summary>A sync of the client's own files fails with EIO: what is not on the disk is never taken for kept.</summary>
public sealed class ClientDiskTests : IAsyncLifetime
{
    private readonly ServerProcess server = new();
    private readonly Dictionary<string, string> environment = [];
    private Disk disk = null!;

    private string Profile => Path.Combine(server.Aside, "profile");

    public async ValueTask InitializeAsync()
    {
        await server.StartAsync();
        disk = await Disk.UnderAsync(environment, server.Aside);
        environment["CHATROOM_SERVER"] = $"127.0.0.1:{server.Port}";
        environment["CHATROOM_TRUST"] = server.Fingerprint;
        environment["CHATROOM_PROFILE"] = Profile;
        environment["CHATROOM_USER"] = "alice";
        environment["CHATROOM_PASSWORD"] = "a good password";
        environment["LC_ALL"] = "C";
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task What_the_profile_cannot_sync_is_an_error_and_leaves_nothing()
    {
        disk.Break('s', "/profile/");
        var (code, said) = await server.RunAsync(environment, "register");
        Assert.NotEqual(0, code);
        Assert.Contains("cannot be synced", said);
        Assert.True(disk.Failures > 0);
        Assert.Empty(Directory.GetFiles(Profile, "*.tmp", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(Profile, "*.value", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_download_that_cannot_be_synced_has_no_name_and_begins_anew()
    {
        await DoneAsync("register");
        var (sent, got) = (Path.Combine(server.Aside, "sent"), Path.Combine(server.Aside, "got"));
        var content = RandomNumberGenerator.GetBytes(100_000);
        await File.WriteAllBytesAsync(sent, content);
        await DoneAsync("put", "--room", "lobby", sent, "--timeout", "60");

        disk.Break('s', ".part");
        var (code, said) = await server.RunAsync(environment, "get", "--room", "lobby", "--name", "sent", "-o", got);
        Assert.Equal(1, code);
        Assert.Contains("cannot be synced", said);
        Assert.True(disk.Failures > 0);
        Assert.False(File.Exists(got));
        Assert.Equal(0, new FileInfo(Assert.Single(Directory.GetFiles(server.Aside, "got.*.part"))).Length); // A next sync may succeed without writing any of it.

        disk.Mend();
        await DoneAsync("get", "--room", "lobby", "--name", "sent", "-o", got);
        Assert.Equal(content, await File.ReadAllBytesAsync(got));
    }

    private async Task DoneAsync(params string[] words)
    {
        var (code, said) = await server.RunAsync(environment, words);
        Assert.True(code == 0, said);
    }
}
