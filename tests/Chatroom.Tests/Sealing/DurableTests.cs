using Chatroom.Server.Storage;

namespace Chatroom.Tests.Sealing;

public sealed class DurableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_written_file_has_its_content_and_nothing_lies_beside_it()
    {
        File.WriteAllText(_folder["a.tmp"], "left by a crash");
        Durable.WriteFile(_folder["a"], "one"u8);
        Durable.WriteFile(_folder["a"], "two"u8);
        Assert.Equal("two", File.ReadAllText(_folder["a"]));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void An_existing_file_is_kept_when_replacing_is_not_allowed()
    {
        Durable.WriteNewFile(_folder["a"], "one"u8);
        Assert.Throws<IOException>(() => Durable.WriteNewFile(_folder["a"], "two"u8));
        Assert.Equal("one", File.ReadAllText(_folder["a"]));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Of_many_writers_of_a_new_file_exactly_one_wins_and_its_content_stays()
    {
        for (var round = 0; round < 30; round++)
        {
            var path = _folder[$"new{round}"];
            var winners = new System.Collections.Concurrent.ConcurrentBag<int>();
            Parallel.For(0, 8, writer =>
            {
                try
                {
                    Durable.WriteNewFile(path, BitConverter.GetBytes(writer));
                    winners.Add(writer);
                }
                catch (IOException error)
                {
                    Assert.Contains("exists", error.Message);
                }
            });
            Assert.Equal(BitConverter.ToInt32(File.ReadAllBytes(path)), Assert.Single(winners));
            Assert.Equal(round + 1, Directory.GetFiles(_folder.Path).Length);
        }
    }

    [Fact]
    public void A_symbolic_link_planted_under_the_temporary_name_is_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a privilege there");
        File.WriteAllText(_folder["victim"], "untouched");
        File.CreateSymbolicLink(_folder["a.tmp"], _folder["victim"]);
        Assert.Throws<IOException>(() => Durable.CreateNew(_folder["a.tmp"]).Dispose());
        Durable.WriteFile(_folder["a"], "one"u8);
        Assert.Equal("untouched", File.ReadAllText(_folder["victim"]));
        Assert.Equal("one", File.ReadAllText(_folder["a"]));
    }

    [Fact]
    public void A_missing_directory_is_an_error_with_its_name_and_the_systems_words()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "nothing is synced there");
        var error = Assert.Throws<IOException>(() => Durable.FsyncDirectory(_folder["none"]));
        Assert.Contains(_folder["none"], error.Message);
        Assert.Contains("No such file or directory", error.Message);
    }

    [Fact]
    public void A_file_is_not_taken_for_a_directory()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "nothing is synced there");
        File.WriteAllText(_folder["file"], "");
        var error = Assert.Throws<IOException>(() => Durable.FsyncDirectory(_folder["file"]));
        Assert.Contains("Not a directory", error.Message);
    }

    [Fact]
    public void Renaming_between_directories_and_deleting_work()
    {
        Durable.CreateDirectories(_folder["x/y/z"]);
        Durable.WriteFile(_folder["a"], "one"u8);
        Durable.Rename(_folder["a"], _folder["x/y/z/b"]);
        Assert.Equal("one", File.ReadAllText(_folder["x/y/z/b"]));
        Durable.Delete(_folder["x/y/z/b"]);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
        Durable.Delete(_folder["x/y/z/b"]);
    }
}
