using BenchmarkDotNet.Attributes;
using Chatroom.Bench.Load;
using Chatroom.Server.Rooms;
using Chatroom.Server.Storage;

namespace Chatroom.Bench.Micro;

/// <summary>The body of an entry, a text of 150 characters: sealed, opened, and linked into its room's chain.</summary>
[MemoryDiagnoser]
public class SealingBenchmark
{
    private readonly EntryBody body = new() { Text = Marker.Text(0, 0) };
    private readonly byte[] clientId = new byte[16];
    private Place place = null!;
    private EntryRow entry = null!;
    private byte[] head = [];

    [GlobalSetup]
    public void Setup()
    {
        place = Place.Open();
        head = place.Core.Vault.NoHead(7);
        entry = new EntryRow(7, 1, EntryKind.Text, 8, 0, clientId, null, null, true, 1, 1, false, Seal(), new byte[32], []);
    }

    [GlobalCleanup]
    public void Cleanup() => place.Dispose();

    [Benchmark]
    public byte[] Seal() => place.Core.Vault.SealEntry(7, 8, clientId, body);

    [Benchmark]
    public EntryBody Open() => place.Core.Vault.OpenEntry(entry);

    [Benchmark]
    public byte[] Link() => place.Core.Vault.Link(head, entry);
}
