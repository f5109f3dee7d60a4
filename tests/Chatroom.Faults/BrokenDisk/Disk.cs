using System.Buffers.Binary;
using System.Text;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.BrokenDisk;

/// <summary>The disk under one server, or under a client: a shim makes reads, writes or syncs of chosen files fail with EIO.</summary>
public sealed class Disk
{
    private readonly string control;

    private Disk(string control) => this.control = control;

    /// <summary>Calls that have failed so far.</summary>
    public long Failures
    {
        get
        {
            using var file = new FileStream(control, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            Span<byte> bytes = stackalloc byte[72];
            file.ReadExactly(bytes);
            return BinaryPrimitives.ReadInt64LittleEndian(bytes[64..]);
        }
    }

    /// <summary>Compiles the shim and puts it into the server's next starts; nothing fails yet.</summary>
    public static Task<Disk> UnderAsync(ServerProcess server) => UnderAsync(server.Settings, server.Aside);

    /// <summary>The same for whoever is started with an environment.</summary>
    /// <param name="folder">Has room for what the shim needs.</param>
    public static async Task<Disk> UnderAsync(Dictionary<string, string> environment, string folder)
    {
        var disk = new Disk(Path.Combine(folder, "broken"));
        await File.WriteAllBytesAsync(disk.control, new byte[128]);
        environment["LD_PRELOAD"] = await Shim.CompileAsync("brokendisk", folder);
        environment["BROKENDISK_CONTROL"] = disk.control;
        return disk;
    }

    /// <param name="what">r: reads, w: writes, s: syncs.</param>
    /// <param name="path">The end of the paths; one that begins with / may be anywhere in them.</param>
    public void Break(char what, string path)
    {
        var bytes = new byte[64];
        Encoding.ASCII.GetBytes(path, bytes.AsSpan(1));
        Write(bytes);
        bytes[0] = (byte)what;
        Write(bytes.AsSpan(0, 1));
    }

    public void Mend() => Write([0]);

    private void Write(ReadOnlySpan<byte> bytes)
    {
        using var file = File.OpenHandle(control, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(file, bytes, 0);
    }
}
