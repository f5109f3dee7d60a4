namespace Chatroom.Server.Storage.Sqlite;

public sealed record SqliteStoreOptions
{
    /// <summary>FULL: a commit is on the disk before it is acknowledged. OFF exists only so that a test can show what it breaks.</summary>
    public string Synchronous { get; init; } = "FULL";

    /// <summary>Most changes in one transaction; 1 or more. More make a busy server faster and a single acknowledgement slower.</summary>
    public int MaxBatch { get; init; } = 1000;

    /// <summary>Reads that run at the same time; 1 or more. Each has a connection with a cache of up to 8 MiB.</summary>
    public int Readers { get; init; } = 4;

    /// <summary>Pages (4 KiB) in the WAL after which it is copied into the database.</summary>
    public int CheckpointPages { get; init; } = 4000;

    /// <summary>Told on the writer's thread how many changes a transaction held, and how long it took until it was on the disk. Must not block.</summary>
    public Action<int, TimeSpan>? Committed { get; init; }

    /// <summary>Moves the clock that empties the WAL.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
