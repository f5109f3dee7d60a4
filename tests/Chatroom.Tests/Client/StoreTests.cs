using System.Text;
using Chatroom.Client;

namespace Chatroom.Tests.Client;

public abstract class StoreContract : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("chatroom-store-").FullName;

    protected abstract IClientStore Store { get; }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Values_are_kept_replaced_and_deleted()
    {
        Assert.Null(await Store.ReadAsync("a/b"));
        await Store.DeleteAsync("a/b");
        await Store.WriteAsync("a/b", "one"u8.ToArray());
        await Store.WriteAsync("a/b", "two"u8.ToArray());
        Assert.Equal("two"u8.ToArray(), await Store.ReadAsync("a/b"));
        await Store.DeleteAsync("a/b");
        Assert.Null(await Store.ReadAsync("a/b"));
    }

    [Fact]
    public async Task Keys_are_listed_by_prefix_in_order_whatever_their_characters()
    {
        string[] keys = ["p/../../etc", "p/A", "p/a", "p/b:1\\*?", "p/用户", "q/1"];
        foreach (var key in keys.Reverse())
        {
            await Store.WriteAsync(key, Encoding.UTF8.GetBytes(key));
        }

        Assert.Equal(keys[..5].Order(StringComparer.Ordinal), await Store.ListAsync("p/"));
        foreach (var key in keys)
        {
            Assert.Equal(key, Encoding.UTF8.GetString((await Store.ReadAsync(key))!));
        }
    }

    [Fact]
    public async Task A_lock_is_held_by_one_until_it_is_given_back()
    {
        var held = await Store.TryLockAsync("outbox");
        Assert.NotNull(held);
        Assert.Null(await Store.TryLockAsync("outbox"));
        await using (await Store.TryLockAsync("another"))
        {
            await held.DisposeAsync();
        }

        await using var again = await Store.TryLockAsync("outbox");
        Assert.NotNull(again);
    }
}

public sealed class MemoryStoreTests : StoreContract
{
    protected override IClientStore Store { get; } = new MemoryStore();
}

public sealed class FolderStoreTests : StoreContract
{
    protected override IClientStore Store => new FolderStore(Path.Combine(Folder, "client"));

    [Fact]
    public async Task Files_are_for_the_user_alone_and_nothing_temporary_stays()
    {
        await Store.WriteAsync("session", "secret"u8.ToArray());
        var file = Assert.Single(Directory.GetFiles(Path.Combine(Folder, "client")));
        Assert.EndsWith(".value", file);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(Folder, "client")));
        }
    }
}
