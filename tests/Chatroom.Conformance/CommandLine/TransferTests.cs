using System.Security.Cryptography;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.CommandLine;

public sealed class TransferTests(SharedServer fixture) : CommandLineTest(fixture)
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000_000)]
    public async Task A_file_comes_back_as_it_was_sent(int size)
    {
        var (alice, bob) = (await PersonAsync(), await PersonAsync());
        var content = RandomNumberGenerator.GetBytes(size);
        await File.WriteAllBytesAsync(Path.Combine(alice.Folder, "报告 1.bin"), content);
        var id = (await alice.RunAsync("put", "--to", bob.Name, "报告 1.bin", "--timeout", "60")).Ends(0).Output.Split()[1];

        Equal("报告 1.bin", (await bob.RunAsync("get", "--with", alice.Name, "--id", id)).Ends(0));
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(bob.Folder, "报告 1.bin")));
        (await bob.RunAsync("get", "--with", alice.Name, "--name", "报告 1.bin")).Ends(1);
        (await bob.RunAsync("get", "--with", alice.Name, "--name", "报告 1.bin", "--force")).Ends(0);
        Assert.Single(Directory.GetFiles(bob.Folder));
    }

    [Fact]
    public async Task What_came_of_an_interrupted_download_is_gone_on_with_or_thrown_away()
    {
        var (alice, bob) = (await PersonAsync(), await PersonAsync());
        var content = RandomNumberGenerator.GetBytes(300_000);
        await File.WriteAllBytesAsync(Path.Combine(alice.Folder, "f"), content);
        (await alice.RunAsync("put", "--to", bob.Name, "f", "--timeout", "60")).Ends(0);
        var part = Path.Combine(bob.Folder, $"f.{Convert.ToHexStringLower(SHA256.HashData(content))[..12]}.part");

        await File.WriteAllBytesAsync(part, content[..100_000]);
        (await bob.RunAsync("get", "--with", alice.Name, "--name", "f")).Ends(0);
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(bob.Folder, "f")));
        Assert.False(File.Exists(part));

        await File.WriteAllBytesAsync(part, new byte[100_000]);
        Assert.Contains("(936 ", (await bob.RunAsync("get", "--with", alice.Name, "--name", "f", "--force")).Ends(1).Errors);
        (await bob.RunAsync("get", "--with", alice.Name, "--name", "f", "--force")).Ends(0);
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(bob.Folder, "f")));
    }

    [Fact]
    public async Task A_stranger_finds_no_file()
    {
        var (alice, bob, eve) = (await PersonAsync(), await PersonAsync(), await PersonAsync());
        await File.WriteAllTextAsync(Path.Combine(alice.Folder, "f"), "secret");
        var id = (await alice.RunAsync("put", "--to", bob.Name, "f", "--timeout", "60")).Ends(0).Output.Split()[1].Trim();
        (await eve.RunAsync("get", "--with", alice.Name, "--id", id)).Ends(1);
    }
}
