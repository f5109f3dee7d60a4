using Chatroom.Server.Connections;
using Chatroom.Server.Delivery;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Files;
using Chatroom.Server.Rooms;
using Chatroom.Server.Search;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Chatroom.Server;

/// <summary>What commands work with: one of each, made once at start. Each owns its state; this only names them.</summary>
public sealed class ChatCore : IAsyncDisposable
{
    public required ChatServerOptions Options { get; init; }

    /// <summary>Names the history in the store: seqs and revisions known from another mean nothing here.</summary>
    public required string History { get; init; }

    public required IChatStore Store { get; init; }

    public required Vault Vault { get; init; }

    public required People People { get; init; }

    public required EntryViews Entries { get; init; }

    public required RoomViews Rooms { get; init; }

    public required SearchIndex Search { get; init; }

    /// <summary>Held by the search that runs.</summary>
    public SemaphoreSlim Searching { get; } = new(1);

    public required Hub Hub { get; init; }

    public required OutboxWriter Writer { get; init; }

    public required Passwords Passwords { get; init; }

    public required Throttles Throttles { get; init; }

    public required FileVault Files { get; init; }

    public ServerMetrics Metrics { get; init; } = new();

    public required TimeProvider Clock { get; init; }

    public required ILogger Log { get; init; }

    /// <summary>UTC, milliseconds since 1970.</summary>
    public long Now => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Ends open uploads, finishes the commit in flight and closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        await Files.DisposeAsync();
        await Store.DisposeAsync();
        Writer.Dispose();
        Passwords.Dispose();
        Searching.Dispose();
        Metrics.Dispose();
    }
}
