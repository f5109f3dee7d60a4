using System.Text.RegularExpressions;
using Chatroom.Server.Sealing;

namespace Chatroom.Tests.Sealing;

public sealed class MasterKeyTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();

    private string KeyPath => _folder["conf/chatroom/master.key"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_created_key_loads_again_as_the_same_key()
    {
        using var created = MasterKey.Create(KeyPath);
        using var loaded = MasterKey.Load(KeyPath);
        Assert.Equal(created.Bytes.ToArray(), loaded.Bytes.ToArray());
        Assert.Contains(loaded.Bytes.ToArray(), b => b != 0);
    }

    [Fact]
    public void The_file_holds_64_digits_and_a_newline_and_nothing_lies_beside_it()
    {
        MasterKey.Create(KeyPath).Dispose();
        Assert.Matches(new Regex("\\A[0-9a-f]{64}\n\\z"), File.ReadAllText(KeyPath));
        Assert.Equal([KeyPath], Directory.GetFileSystemEntries(_folder["conf/chatroom"]));
    }

    [Fact]
    public void The_file_and_its_new_directories_are_private()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix permissions");
            return;
        }

        MasterKey.Create(KeyPath).Dispose();
        Assert.Equal(Private, File.GetUnixFileMode(KeyPath));
        Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["conf/chatroom"]));
        Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["conf"]));
    }

    [Fact]
    public void An_existing_key_is_not_overwritten()
    {
        MasterKey.Create(KeyPath).Dispose();
        var before = _folder.Snapshot();
        var error = Assert.Throws<SealingException>(() => MasterKey.Create(KeyPath));
        Assert.Contains("not overwritten", error.Message);
        Assert.Equal(before, _folder.Snapshot());
    }

    [Fact]
    public void A_key_that_cannot_be_written_is_reported_as_such()
    {
        File.WriteAllText(_folder["conf"], "a file where a directory has to be");
        Assert.Throws<SealingException>(() => MasterKey.Create(KeyPath));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_key_others_can_read_or_write_is_refused_with_the_command_that_mends_it(UnixFileMode open)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix permissions");
            return;
        }

        MasterKey.Create(KeyPath).Dispose();
        File.SetUnixFileMode(KeyPath, Private | open);
        var error = Assert.Throws<SealingException>(() => MasterKey.Load(KeyPath));
        Assert.Contains("chmod 600 " + KeyPath, error.Message);

        File.SetUnixFileMode(KeyPath, Private);
        MasterKey.Load(KeyPath).Dispose();
    }

    [Fact]
    public void A_missing_key_is_named()
    {
        var error = Assert.Throws<SealingException>(() => MasterKey.Load(KeyPath));
        Assert.Contains(KeyPath, error.Message);
        Assert.False(Directory.Exists(_folder["conf"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("0123456789abcdef")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg\n")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0\n")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nmore\n")]
    public void A_malformed_key_is_refused(string text)
    {
        Write(text);
        var error = Assert.Throws<SealingException>(() => MasterKey.Load(KeyPath));
        Assert.Contains("malformed", error.Message);
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF\r\n")]
    public void A_key_written_by_another_editor_loads(string text)
    {
        Write(text);
        using var key = MasterKey.Load(KeyPath);
        Assert.Equal(Convert.FromHexString(text.Trim()), key.Bytes.ToArray());
    }

    [Fact]
    public void A_directory_in_the_place_of_the_key_is_refused()
    {
        Directory.CreateDirectory(KeyPath);
        Assert.Throws<SealingException>(() => MasterKey.Load(KeyPath));
        Assert.Throws<SealingException>(() => MasterKey.Create(KeyPath));
    }

    [Fact]
    public void A_disposed_key_is_gone()
    {
        var key = MasterKey.Create(KeyPath);
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Bytes.Length);
    }

    [Fact]
    public void The_default_path_follows_the_account_and_its_configuration_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix paths");
        Assert.Equal("/etc/chatroom/master.key", MasterKey.DefaultPath(root: true, "/x", "/home/a"));
        Assert.Equal("/x/chatroom/master.key", MasterKey.DefaultPath(root: false, "/x", "/home/a"));
        Assert.Equal("/home/a/.config/chatroom/master.key", MasterKey.DefaultPath(root: false, "", "/home/a"));
        Assert.Equal("/home/a/.config/chatroom/master.key", MasterKey.DefaultPath(root: false, "relative", "/home/a"));
        Assert.Throws<SealingException>(() => MasterKey.DefaultPath(root: false, null, ""));
    }

    private void Write(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(KeyPath)!);
        File.WriteAllText(KeyPath, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(KeyPath, Private);
        }
    }
}
