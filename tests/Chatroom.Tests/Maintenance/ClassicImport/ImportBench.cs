using Chatroom.Server;
using Chatroom.Server.Connections;
using Chatroom.Server.Maintenance;
using Chatroom.Server.Maintenance.ClassicImport;
using Chatroom.Server.Storage;
using Chatroom.Tests.Sealing;
using Chatroom.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatroom.Tests.Maintenance.ClassicImport;

/// <summary>A data folder beside an old database; the import runs on the folder as at a stopped server.</summary>
internal sealed class ImportBench : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ImportBench() => Old = new ClassicDatabase(folder["database.db"]);

    public ClassicDatabase Old { get; }

    public ChatServerOptions Options => ServerBench.OptionsIn(folder);

    public Task<ImportReport> ImportAsync(TimeZoneInfo? zone = null, bool dry = false, Action? before = null, CancellationToken cancellation = default, TimeProvider? clock = null, Action<string>? progress = null) =>
        ClassicImporter.RunAsync(
            new ClassicImportRequest(Old.Path, zone ?? TimeZoneInfo.Utc, dry) { BeforeWrite = before, Clock = clock ?? TimeProvider.System }, Options, NullLogger.Instance,
            progress ?? (_ => { }), cancellation);

    public async Task<IReadOnlyList<string>> ProblemsAsync()
    {
        using var data = DataFolder.Open(Options, create: false);
        return (await Verifier.RunAsync(data, Options, NullLogger.Instance, _ => { }, CancellationToken.None)).Problems;
    }

    /// <summary>The server over the folder, until disposed.</summary>
    public async Task<RunningServer> RunAsync()
    {
        var data = DataFolder.Open(Options, create: true);
        return new RunningServer(data, await ChatServer.OpenAsync(data, Options, NullLogger.Instance, TimeProvider.System));
    }

    public void Dispose() => folder.Dispose();
}

internal sealed class RunningServer(DataFolder data, ChatCore core) : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();

    public ChatCore Core => core;

    public MemoryClient Connect()
    {
        var channel = new MemoryChannel();
        return new MemoryClient(channel, new ChatConnection(core, channel, "test").RunAsync(stopping.Token), null);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await core.DisposeAsync();
        data.Dispose();
        stopping.Dispose();
    }
}
