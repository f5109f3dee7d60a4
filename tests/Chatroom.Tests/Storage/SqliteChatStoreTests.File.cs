using System.Security.Cryptography;
using Chatroom.Server.Storage;
using Chatroom.Server.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatroom.Tests.Storage;

public sealed partial class SqliteChatStoreTests
{
    [Fact]
    public async Task A_reopened_store_has_everything()
    {
        await WriteAsync(tx =>
        {
            tx.InsertAccount(Sample.Account(1));
            tx.InsertRoom(Sample.Room(1));
            Sample.Append(tx, Sample.Entry(1, 1));
        });
        await Store.DisposeAsync();
        Assert.False(File.Exists(Wal));
        await using var again = Open();
        Assert.Equal(Sample.Account(1).NameKey, (await again.ReadAsync(r => r.Account(1)))!.NameKey);
        Assert.Equal(Sample.Entry(1, 1).SealedBody, (await again.ReadAsync(r => r.Entry(1, 1)))!.SealedBody);
        await again.WriteAsync(tx => tx.Touch(1, ItemKind.Room, 1));
    }

    [Fact]
    public async Task A_copy_taken_after_an_acknowledgement_holds_the_change_without_a_clean_end()
    {
        await WriteAsync(tx => tx.InsertAccount(Sample.Account(1)));
        var copy = Path.Combine(_folder, "copy.db");
        await File.WriteAllBytesAsync(copy, Shared(Database));
        await File.WriteAllBytesAsync(copy + "-wal", Shared(Wal));
        await using var recovered = SqliteChatStore.Open(copy, new SqliteStoreOptions(), NullLogger.Instance);
        Assert.NotNull(await recovered.ReadAsync(r => r.Account(1)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_newer_schema_is_refused_and_the_file_is_left_byte_identical(bool onlyInWal)
    {
        byte[] wal = [];
        if (onlyInWal)
        {
            await EmptyWalAsync();
            await WriteAsync(tx => Raw(tx).Execute("PRAGMA user_version = 99"));
            wal = Shared(Wal);
            var database = Shared(Database);
            await Store.DisposeAsync();
            await File.WriteAllBytesAsync(Database, database);
            await File.WriteAllBytesAsync(Wal, wal);
        }
        else
        {
            await WriteAsync(tx => Raw(tx).Execute("PRAGMA user_version = 99"));
            await Store.DisposeAsync();
        }

        var before = SHA256.HashData(Shared(Database));
        var error = Assert.Throws<InvalidDataException>(Open);
        Assert.Contains("schema 99", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, SHA256.HashData(Shared(Database)));
        if (onlyInWal)
        {
            Assert.NotEmpty(wal);
            Assert.Equal(wal, Shared(Wal));
        }
    }

    [Fact]
    public async Task A_foreign_database_is_refused_and_left_byte_identical()
    {
        await Store.DisposeAsync();
        File.Delete(Database);
        using (var foreign = Connection.Open(Database, readOnly: false))
        {
            foreign.Execute("PRAGMA journal_mode = WAL; CREATE TABLE notes (text TEXT)");
        }

        await RefusedUntouchedAsync();
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_byte_identical()
    {
        await Store.DisposeAsync();
        await File.WriteAllTextAsync(Database, "notes");
        await RefusedUntouchedAsync();
    }

    [Fact]
    public async Task A_log_without_its_database_is_not_replayed_into_a_new_one()
    {
        await Store.DisposeAsync();
        File.Delete(Database);
        await File.WriteAllTextAsync(Wal, "orphan");
        Assert.Throws<InvalidDataException>(Open);
        Assert.Equal([Wal], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task What_an_interrupted_creation_left_is_replaced()
    {
        await Store.DisposeAsync();
        File.Delete(Database);
        await File.WriteAllTextAsync(Database + ".new", "half a database");
        await using var again = Open();
        Assert.False(await again.ReadAsync(r => r.AnyAccount()));
    }

    [Fact]
    public async Task Every_file_of_the_database_is_for_its_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        await WriteAsync(tx => tx.InsertAccount(Sample.Account(1)));
        foreach (var file in Directory.GetFiles(_folder))
        {
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }

    private async Task RefusedUntouchedAsync()
    {
        var files = Directory.GetFiles(_folder);
        var before = Shared(Database);
        var error = Assert.Throws<InvalidDataException>(Open);
        Assert.Contains("not a database of this program", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Database));
        Assert.Equal(files, Directory.GetFiles(_folder));
    }
}
