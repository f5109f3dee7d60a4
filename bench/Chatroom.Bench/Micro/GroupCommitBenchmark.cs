using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Chatroom.Bench.Load;
using Chatroom.Server;
using Chatroom.Server.Rooms;
using Chatroom.Server.Storage;

namespace Chatroom.Bench.Micro;

/// <summary>One commit, fsync included, with so many messages in it: the rows of each as the commands write them. The time is the batch's, not a message's.</summary>
public class GroupCommitBenchmark
{
    private readonly long room = Ids.New();
    private readonly long sender = Ids.New();
    private Place place = null!;
    private RoomRow row = null!;
    private (byte[] ClientId, byte[] Body)[] messages = [];

    [Params(1, 16, 64, 256)]
    public int Changes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        place = Place.Open();
        row = new RoomRow(room, RoomKind.Group, null, null, false, HistoryPolicy.All, 0, sender, 0, place.Core.Vault.NoHead(room), 0);
        place.Core.Store.WriteAsync(store =>
        {
            store.InsertRoom(row);
            return true;
        }).GetAwaiter().GetResult();
    }

    // Sealing is measured by itself, and the server does it before the transaction.
    [IterationSetup]
    public void Seal() => messages = [.. Enumerable.Range(0, Changes).Select(i =>
    {
        var id = RandomNumberGenerator.GetBytes(16);
        return (id, place.Core.Vault.SealEntry(room, sender, id, new EntryBody { Text = Marker.Text(0, i) }));
    })];

    [GlobalCleanup]
    public void Cleanup() => place.Dispose();

    [Benchmark]
    public void Commit()
    {
        // The writer takes what has come meanwhile: so it is held up by a change that writes nothing until all are there.
        using var all = new ManualResetEventSlim();
        var held = place.Core.Store.WriteAsync(_ =>
        {
            all.Wait();
            return true;
        });
        var commits = messages.Select(message => place.Core.Store.WriteAsync(store => Append(store, message.ClientId, message.Body))).ToArray();
        all.Set();
        Task.WhenAll([held, .. commits]).GetAwaiter().GetResult();
    }

    private bool Append(IStoreTransaction store, byte[] clientId, byte[] body)
    {
        var seq = row.Head + 1;
        var entry = new EntryRow(room, seq, EntryKind.Text, sender, 0, clientId, null, null, true, seq, seq, false, body, SHA256.HashData(body), []);
        entry = entry with { Link = place.Core.Vault.Link(row.HeadLink, entry) };
        store.InsertEntry(entry);
        row = row with { Head = seq, HeadLink = place.Core.Vault.Head(room, seq, entry.Link), Ordinal = seq };
        store.SetRoomHead(room, seq, row.HeadLink, seq);
        store.InsertChange(new ChangeRow(sender, clientId, new byte[16], 310, room, seq, null, 0));
        return true;
    }
}
