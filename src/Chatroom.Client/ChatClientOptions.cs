namespace Chatroom.Client;

/// <summary>What a client is made of; immutable.</summary>
public sealed record ChatClientOptions
{
    public required ITransport Transport { get; init; }

    /// <summary>Where token and unacknowledged sends are kept; by default they are forgotten with the program.</summary>
    public IClientStore Store { get; init; } = new MemoryStore();

    /// <summary>HTTP to the same server, for files; null when the application transfers none. The client disposes it.</summary>
    public IHttpTransport? Http { get; init; }

    /// <summary>
    /// The account's path on the server, such as <c>/a/ID</c>, where the platform keeps the sign-in itself, as a browser does in its cookie: requests for files go
    /// below it, and the client never holds a token. See <see cref="ChatClient.SignInByCookieAsync"/>.
    /// </summary>
    public string? CookiePath { get; init; }

    /// <summary>Refused texts and emoji stay in the store, also over a restart, until they are tried again or discarded.</summary>
    public bool KeepRefused { get; init; }

    /// <summary>Every timer of the client comes from here.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>What the person calls this device, at most 64 characters.</summary>
    public string? DeviceName { get; init; }

    /// <summary>A program that comes for a moment, or only watches: the person is not shown as online for it.</summary>
    public bool Quiet { get; init; }

    /// <summary>Program and version, for the list of devices.</summary>
    public string ClientName { get; init; } = "chatroom-sdk/3.0";

    /// <summary>Entries wanted of a room opened the first time, and per page: 1–200; null: the server's setting.</summary>
    public int? PageSize { get; init; }

    /// <summary>Entries of a room kept in memory; older ones are dropped and can be paged in again.</summary>
    public int WindowEntries { get; init; } = 2000;

    /// <summary>Silence of the server after which it is asked for a sign of life.</summary>
    public TimeSpan PingAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time that the sign of life may take before the connection is given up.</summary>
    public TimeSpan PongWithin { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>Waits between attempts to connect, and of file transfers.</summary>
    public BackOff BackOff { get; init; } = new();

    /// <summary>
    /// Told of an exception that a handler of the application threw. By default it ends the program as any unhandled exception does, for the
    /// client cannot know what the handler left undone.
    /// </summary>
    public Action<Exception>? HandlerFailed { get; init; }
}
