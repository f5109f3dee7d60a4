using Chatroom.Server;
using Chatroom.Server.Sealing;
using Chatroom.Server.Storage;
using Chatroom.Tests.Sealing;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Maintenance;

public sealed class DataFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private ChatServerOptions Options => ServerBench.OptionsIn(folder);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_second_holder_is_refused_until_the_first_lets_go()
    {
        using (DataFolder.Open(Options, create: true))
        {
            Assert.Throws<DataFolderException>(() => DataFolder.Open(Options, create: true));
        }

        DataFolder.Open(Options, create: false).Dispose();
    }

    [Theory]
    [InlineData("data", "data/master.key")]
    [InlineData("data/", "data/master.key")]
    [InlineData("data", "data/keys/master.key")]
    [InlineData("x/../data", "data/master.key")]
    [InlineData("data", "other/../data/master.key")]
    public void A_master_key_in_the_data_folder_is_refused_and_nothing_is_made(string data, string key)
    {
        var options = Options with { Data = folder[data], MasterKey = folder[key] };
        Assert.Throws<DataFolderException>(() => DataFolder.Open(options, create: true));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_master_key_beside_the_data_folder_is_taken_though_its_name_begins_alike() =>
        DataFolder.Open(Options with { MasterKey = folder["data-master.key"] }, create: true).Dispose();

    [Fact]
    public async Task A_lost_keyring_is_refused_and_nothing_is_touched()
    {
        await FillAsync();
        File.Delete(folder["data/keyring.json"]);
        Untouched<DataFolderException>(Options);
    }

    [Fact]
    public async Task Another_master_key_is_refused_and_nothing_is_touched()
    {
        await FillAsync();
        MasterKey.Create(folder["other.key"]).Dispose();
        Untouched<SealingException>(Options with { MasterKey = folder["other.key"] });
    }

    [Fact]
    public async Task A_lost_master_key_is_refused_and_none_is_made()
    {
        await FillAsync();
        File.Delete(folder["master.key"]);
        Untouched<SealingException>(Options);
        Assert.False(File.Exists(folder["master.key"]));
    }

    [Fact]
    public void An_empty_folder_is_not_made_into_an_installation_by_looking()
    {
        Assert.Throws<DataFolderException>(() => DataFolder.Open(Options, create: false));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private async Task FillAsync()
    {
        using var data = DataFolder.Open(Options, create: true);
        await using var core = await ChatServer.OpenAsync(data, Options, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, TimeProvider.System);
    }

    private void Untouched<T>(ChatServerOptions options)
        where T : Exception
    {
        var before = folder.Snapshot();
        Assert.Throws<T>(() => DataFolder.Open(options, create: true));
        Assert.Equal(before, folder.Snapshot());
    }
}
