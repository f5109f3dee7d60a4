using System.Security.Cryptography;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server;
using Chatroom.Server.Connections;
using Chatroom.Server.Files;
using Chatroom.Server.Maintenance;
using Chatroom.Server.Maintenance.Backups;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;
using Chatroom.Tests.Sealing;
using Chatroom.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatroom.Tests.Maintenance.Backups;

/// <summary>A server that runs on a folder, somebody who writes there, and places for backups beside it.</summary>
internal sealed class BackupBench : IAsyncDisposable
{
    private readonly DataFolder data;
    private bool stopped;

    private BackupBench(TemporaryFolder folder, DataFolder data, ChatCore core) => (Folder, this.data, Core, Alice) = (folder, data, core, null!);

    public TemporaryFolder Folder { get; }

    public ChatCore Core { get; }

    public MemoryClient Alice { get; private set; }

    public ChatServerOptions Options => Core.Options;

    /// <summary>Where things are restored to, with the same master key.</summary>
    public ChatServerOptions Elsewhere => Options with { Data = Folder["restored"] };

    public static async Task<BackupBench> StartAsync()
    {
        var folder = new TemporaryFolder();
        var options = ServerBench.OptionsIn(folder);
        var data = DataFolder.Open(options, create: true);
        var bench = new BackupBench(folder, data, await ChatServer.OpenAsync(data, options, NullLogger.Instance, TimeProvider.System));
        bench.Alice = bench.Connect();
        await bench.Alice.RegisterAsync("alice");
        await bench.Alice.LoginAsync("alice");
        return bench;
    }

    /// <summary>A file in the lobby; gives its id and its entry.</summary>
    public async Task<(string Id, long Seq)> UploadAsync(int size)
    {
        var content = RandomNumberGenerator.GetBytes(size);
        var (row, lease) = await BeginAsync(content);
        using (lease)
        {
            await lease.Blob!.AppendAsync(content);
            await lease.Blob.FlushAsync();
            var caller = new Caller(row.Account, "alice", row.Device, Scopes.All, TokenKind.Device);
            var state = await Chatroom.Server.Files.Uploads.StateAsync(Core, caller, row, lease);
            return (row.Id, state.Entry!.Seq);
        }
    }

    /// <summary>Half of a file; the rest never comes.</summary>
    public async Task<string> HalfAsync(int size)
    {
        var content = RandomNumberGenerator.GetBytes(size);
        var (row, lease) = await BeginAsync(content);
        using (lease)
        {
            await lease.Blob!.AppendAsync(content.AsMemory(0, size / 2));
            await lease.Blob.FlushAsync();
            return row.Id;
        }
    }

    /// <summary>Recalls an entry, and waits until its content is gone from the disk.</summary>
    public async Task RecallAsync(long seq)
    {
        await Alice.AskAsync<TargetRequest, Entry>(Code.Recall, new TargetRequest { Room = "lobby", Target = seq, ClientId = MemoryClient.NewId() }, Code.Entry);
        await Core.Files.ErasedAsync();
    }

    public Task<BackupReport> BackupAsync(string to, Func<Task>? between = null) =>
        BackupMaker.RunAsync(Options.Data, Folder[to], _ => { }, TimeProvider.System, between, CancellationToken.None);

    public Task<RestoreReport> RestoreAsync(string backup, ChatServerOptions? options = null, bool evenDamaged = false) =>
        Restorer.RunAsync(Folder[backup], options ?? Elsewhere, evenDamaged, NullLogger.Instance, _ => { }, CancellationToken.None);

    /// <summary>Everything said in the lobby of what was restored.</summary>
    public async Task<List<string>> RestoredTextsAsync()
    {
        using var restored = DataFolder.Open(Elsewhere, create: false);
        await using var core = await ChatServer.OpenAsync(restored, Elsewhere, NullLogger.Instance, TimeProvider.System);
        return await core.Store.ReadAsync(store => store.EntriesAfter(Ids.Lobby, 0, long.MaxValue, 100_000)
            .Where(e => e.Kind == EntryKind.Text).Select(e => core.Vault.OpenEntry(e).Text!).ToList());
    }

    /// <summary>Names of the contents below a folder.</summary>
    public string[] Contents(string folder) => Directory.Exists(Folder[folder])
        ? [.. Directory.EnumerateFiles(Folder[folder], "f*", SearchOption.AllDirectories).Select(p => Path.GetFileName(p)!).Order()]
        : [];

    public MemoryClient Connect()
    {
        var channel = new MemoryChannel();
        return new MemoryClient(channel, new ChatConnection(Core, channel, "test").RunAsync(default), null);
    }

    public async Task StopAsync()
    {
        if (!stopped)
        {
            stopped = true;
            await Alice.DisposeAsync();
            await Core.DisposeAsync();
            data.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Folder.Dispose();
    }

    private async Task<(FileRow Row, UploadLease Lease)> BeginAsync(byte[] content)
    {
        var opened = await Alice.AskAsync<SendFileRequest, UploadOpened>(Code.SendFile, Files.FileBench.Announce(content), Code.UploadOpened);
        var row = await Core.Store.ReadAsync(store => store.File(Files.FileBench.IdOf(opened.Path)));
        return (row!, (await Core.Files.Uploads.TakeAsync(row!, default))!);
    }
}
