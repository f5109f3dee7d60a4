using System.Net;
using Chatroom.Protocol;
using Chatroom.Server.Commands;
using Chatroom.Server.Connections;
using Chatroom.Server.Connections.Classic;
using Chatroom.Server.Delivery;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Files;
using Chatroom.Server.Rooms;
using Chatroom.Server.Sealing;
using Chatroom.Server.Search;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;
using Chatroom.Server.Storage.Sqlite;
using Chatroom.Server.Web;
using Microsoft.Extensions.Logging;

namespace Chatroom.Server;

/// <summary>
/// The stages in order. A message comes in at <see cref="ChatListener"/>, is read by a <see cref="ChatConnection"/>, handed by the dispatcher to its command in
/// the <see cref="CommandTable"/>, made inside the store's transaction, and after the fsync offered by the <see cref="Hub"/> to every member's outbox.
/// </summary>
public sealed class ChatServer : IAsyncDisposable
{
    private readonly DataFolder folder;
    private readonly ChatListener listener;
    private ClassicListener? classic;
    private readonly CancellationTokenSource background = new();
    private readonly List<Task> tasks = [];

    private ChatServer(DataFolder folder, ChatCore core, ChatListener listener, string fingerprint, bool isUnused)
    {
        (this.folder, Core, this.listener, Fingerprint, IsUnused) = (folder, core, listener, fingerprint, isUnused);
    }

    public ChatCore Core { get; }

    public IPEndPoint Address => listener.Address;

    /// <summary>Where clients of Chatroom 2.0 are served; null: nowhere.</summary>
    public IPEndPoint? ClassicAddress => classic?.Address;

    /// <summary>Where browsers on this computer find the page without TLS; null: nowhere.</summary>
    public IPEndPoint? LocalPage => listener.LocalPage;

    /// <summary>Where programs on this computer read metrics; null: nowhere.</summary>
    public IPEndPoint? MetricsAddress => listener.Metrics;

    /// <summary>SHA-256 of the certificate, lowercase hexadecimal.</summary>
    public string Fingerprint { get; }

    /// <summary>Nobody had registered when it started.</summary>
    public bool IsUnused { get; }

    /// <summary>Opens the data folder (made on a first start) and listens.</summary>
    /// <param name="web">The web client's files; null for a server without a page.</param>
    /// <exception cref="DataFolderException">The folder cannot be used.</exception>
    /// <exception cref="SealingException">The master key is missing, too open, or another.</exception>
    public static async Task<ChatServer> StartAsync(ChatServerOptions options, ILoggerFactory logs, TimeProvider? clock = null, WebContent? web = null)
    {
        var log = logs.CreateLogger("Chatroom");
        var folder = DataFolder.Open(options, create: true);
        ChatCore? core = null;
        ClassicListener? classic = null;
        try
        {
            core = await OpenAsync(folder, options, log, clock ?? TimeProvider.System);
            var certificate = ServerCertificate.Load(options, new Sealer(folder.Keys), log);
            var isUnused = !await core.Store.ReadAsync(store => store.AnyAccount());
            if (certificate.IsNew && !isUnused)
            {
                log.NewIdentity(certificate.Fingerprint);
            }

            var listener = new ChatListener(core, certificate, logs, web ?? WebContent.None);
            var server = new ChatServer(folder, core, listener, certificate.Fingerprint, isUnused);
            var presence = new Presence(core.Hub, core.Store, core.People, core.Clock, log);
            server.classic = classic = options.Classic is { } address ? ClassicListener.Start(core, address) : null;
            await listener.StartAsync();
            server.Run("presence", presence.RunAsync);
            server.Run("files", core.Files.RunAsync);
            server.Run("search index", core.Search.RunAsync);
            log.Listening(ServerFacts.Version, listener.Address.ToString());
            return server;
        }
        catch
        {
            await (classic?.DisposeAsync() ?? ValueTask.CompletedTask);
            if (core is not null)
            {
                await core.DisposeAsync();
            }

            folder.Dispose();
            throw;
        }
    }

    /// <summary>The core over an opened folder, without any listener: also for the console's commands.</summary>
    public static async Task<ChatCore> OpenAsync(DataFolder folder, ChatServerOptions options, ILogger log, TimeProvider clock)
    {
        if (options.Synchronous != "FULL")
        {
            log.NotDurable(options.Synchronous);
        }

        if (!options.Limits)
        {
            log.LimitsOff();
        }

        var metrics = new ServerMetrics();
        var store = SqliteChatStore.Open(folder.Database, new SqliteStoreOptions { Synchronous = options.Synchronous, Time = clock, Committed = metrics.Committed }, log);
        var vault = new Vault(new Sealer(folder.Keys), new BlindIndex(folder.Keys), new ChainKey(folder.Keys));
        var people = new People(vault);
        var core = new ChatCore
        {
            Options = options,
            History = folder.History,
            Store = store,
            Vault = vault,
            People = people,
            Entries = new EntryViews(vault, people),
            Rooms = new RoomViews(vault, people),
            Search = new SearchIndex(store, vault, clock, log),
            Hub = new Hub(),
            Writer = new OutboxWriter(OutboxWriter.DefaultThreads),
            Passwords = new Passwords(options.PasswordMemoryKib, options.PasswordPasses, clock),
            Throttles = new Throttles(options, clock),
            Files = new FileVault(folder.Keys, store, folder.Path, options, clock, log),
            Metrics = metrics,
            Clock = clock,
            Log = log,
        };
        metrics.Observe(core.Hub, store);
        store.BatchCommitted += idle => core.Writer.Together(core.Hub.FlushTouched, here: idle);
        await Lobby.EnsureAsync(core);
        return core;
    }

    /// <summary>Tells everyone to come back, takes nothing new, finishes the commit in flight, and closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        Core.Log.Stopping(Core.Hub.SessionCount);
        Core.Hub.EndAll(Code.ServerStopping, "The server is stopping. It is back in a moment.", reconnectAfterMs: 2000);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(8));
        await listener.StopAsync(patience.Token);
        await (classic?.DisposeAsync() ?? ValueTask.CompletedTask);
        await background.CancelAsync();
        await Task.WhenAll(tasks);
        await listener.DisposeAsync();
        await Core.DisposeAsync();
        folder.Dispose();
        Core.Log.Stopped();
    }

    private void Run(string name, Func<CancellationToken, Task> task) => tasks.Add(Task.Run(async () =>
    {
        try
        {
            await task(background.Token);
        }
        catch (OperationCanceledException) when (background.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            Core.Log.BackgroundFailed(name, e);
        }
    }));
}
