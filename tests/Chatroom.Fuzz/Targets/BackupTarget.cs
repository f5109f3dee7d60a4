using System.Formats.Tar;
using System.Text;
using Chatroom.Fuzz.Engine;
using Chatroom.Server.Maintenance.Backups;

namespace Chatroom.Fuzz.Targets;

internal sealed class BackupTarget : Target
{
    private const string File1 = "files/ab/f0123456789abcdefghjkmnpab";

    private static readonly string Path = System.IO.Path.Combine(Shelf.Folder, "backup.tar");
    private static readonly byte[] Manifest = new BackupManifest(1, DateTimeOffset.UnixEpoch, "3.0.0", 8, 1, 9, []).Json();
    private static readonly byte[][] Sound = [.. ((TarEntryFormat[])[TarEntryFormat.Pax, TarEntryFormat.Ustar, TarEntryFormat.V7, TarEntryFormat.Gnu]).Select(Archive)];

    public override string Name => "backup";

    public override string Promise => "An archive gives the parts of a backup, under their names only and at most as large as itself, or is refused with BackupException.";

    public override IEnumerable<byte[]> Seeds =>
    [
        [0], [1], [2], [3], [0, 2, 128, 0, 0, 0], [0, 0, 0, 130, 1, 0], [1, 1, 0, 124, 255, 0], [3, 3, 0, 0, 200, 0], [0, 1, 0, 156, (byte)'L', 0], [3, 1, 0, 156, (byte)'S', 0], [0, 1, 3, 0, (byte)'x', 0],
        [4, .. "{\"format\":1}"u8], [4, .. Manifest], [4, .. "{\"format\":1,\"made\":\"x\",\"missing\":[null]}"u8],
    ];

    public override IReadOnlyList<string> Words { get; } = ["ustar\0", "ustar  \0", "GNU.sparse.major=1", "30 path=files/../../x\n", "size=", "\"format\":", "\"made\":", "\"databaseBytes\":", "\"missing\":[", "\"version\":"];

    // .NET's reader takes the length of a long name or of attributes for true, up to the longest array. It is the operator's own command and the operator's own file.
    public override long Allocates(int length) => 3L * Array.MaxLength;

    public override void Run(byte[] input)
    {
        var reader = new Input(input);
        var what = reader.Byte() % 5;
        if (what == 4)
        {
            _ = Promised.Fails<BackupException>(() => BackupManifest.Read(reader.Rest(), "backup"));
            return;
        }

        var bytes = Damage.Apply(Sound[what], reader);
        File.WriteAllBytes(Path, bytes);
        long given = 0;
        var names = new List<string>();
        var refused = Promised.Fails<BackupException>(() =>
        {
            var source = BackupSource.Open(Path);
            var small = source.Small(BackupParts.Manifest, BackupParts.KeyRing);
            BackupManifest.Read(small[BackupParts.Manifest], Path);
            foreach (var (name, content) in source.Parts())
            {
                names.Add(name);
                content.CopyTo(Stream.Null);
                given += content.Length;
            }
        });
        Promised.That(names.All(BackupParts.IsName), "A name that is no part's was given.");
        Promised.That(refused || given <= 2L * bytes.Length, "More was given than the archive has.");
        Promised.That(!(refused && bytes.AsSpan().SequenceEqual(Sound[what])), "A sound archive is refused.");
    }

    private static byte[] Archive(TarEntryFormat format)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, format, leaveOpen: true))
        {
            foreach (var (name, content) in ((string, byte[])[])[(File1, "123456789"u8.ToArray()), (BackupParts.KeyRing, "{}"u8.ToArray()), (BackupParts.Manifest, Manifest), (BackupParts.Database, "12345678"u8.ToArray())])
            {
                TarEntry entry = format switch
                {
                    TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, name),
                    _ => new GnuTarEntry(TarEntryType.RegularFile, name),
                };
                entry.DataStream = new MemoryStream(content);
                tar.WriteEntry(entry);
            }
        }

        return bytes.ToArray();
    }
}
