using System.Security.Cryptography;
using System.Text;
using Chatroom.Fuzz.Engine;
using Chatroom.Server.Files;
using Chatroom.Server.Sealing;
using Chatroom.Tests.Sealing;

namespace Chatroom.Fuzz.Targets;

/// <summary>A folder in memory where there is one: thousands of small files a second are written there.</summary>
internal static class Shelf
{
    public static string Folder { get; } = Make();

    /// <summary>A master key and a key ring of this run.</summary>
    public static TestRing Ring { get; } = new();

    private static string Make()
    {
        var folder = Directory.Exists("/dev/shm") ? Path.Combine("/dev/shm", Path.GetRandomFileName()) : Directory.CreateTempSubdirectory("chatroom-fuzz-").FullName;
        Directory.CreateDirectory(folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            Directory.Delete(folder, recursive: true);
            Ring.Dispose();
        };
        return folder;
    }
}

internal sealed class KeyRingTarget : Target
{
    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(Shelf.Folder, "keys")).FullName;
    private static readonly byte[] Sound = File.ReadAllBytes(Shelf.Ring["keyring.json"]);

    public override string Name => "key-ring";

    public override string Promise => "A key ring's file opens if it is the one that was written, and is refused with SealingException if anything in it was altered.";

    public override IEnumerable<byte[]> Seeds =>
    [
        "d"u8.ToArray(), [(byte)'d', 0, 0, 60, 1, 0], [(byte)'d', 2, 1, 0, 0, 0], [(byte)'d', 4, 0, 0, 3, 32],
        .. new[]
        {
            "r{}", "r{\"format\":1,\"id\":\"00\",\"master\":\"00\",\"epochs\":[{\"epoch\":1,\"wrapped\":\"00\"}],\"mac\":\"00\"}", "r{\"format\":2,\"id\":\"\",\"master\":\"\",\"epochs\":[],\"mac\":\"\"}",
            "r{\"format\":1,\"id\":\"0g\",\"master\":\"00\",\"epochs\":[null],\"mac\":\"00\",\"passphrase\":{\"kdf\":\"argon2id\",\"memoryKib\":65536,\"passes\":3,\"lanes\":4,\"salt\":\"00112233445566778899aabbccddeeff\"}}",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public override IReadOnlyList<string> Words { get; } = ["\"format\":", "\"id\":", "\"master\":", "\"epochs\":[", "\"epoch\":", "\"wrapped\":", "\"mac\":", "\"passphrase\":{", "\"kdf\":\"argon2id\"", "\"salt\":", "\"lanes\":", "00"];

    public override void Run(byte[] input)
    {
        var reader = new Input(input);
        var bytes = reader.Byte() % 2 == 0 ? Damage.Apply(Sound, reader) : reader.Rest();
        var same = bytes.AsSpan().SequenceEqual(Sound);
        File.WriteAllBytes(Path.Combine(Folder, "keyring.json"), bytes);
        var refused = Promised.Fails<SealingException>(() =>
        {
            KeyRing.PassphraseOf(Folder);
            KeyRing.Open(Folder, Shelf.Ring.Master).Dispose();
        });
        Promised.That(!(same && refused), "The ring that was written is refused.");
        Promised.That(refused || same || SameValues(), "An altered ring is opened.");
    }

    // White space, escapes, fields told twice and the case of digits may differ: what is told stays the same.
    private static bool SameValues() => Plain(Folder) == Plain(Shelf.Ring.Data);

    private static string Plain(string folder)
    {
        var file = KeyRingFile.Read(KeyRingFile.PathIn(folder));
        return $"{Convert.ToHexString(file.Canonical())} {file.Mac}".ToLowerInvariant();
    }
}

internal sealed class SealedTarget : Target
{
    private static readonly Sealer Sealer = new(Shelf.Ring.Ring);
    private static readonly byte[] Plain = "{\"text\":\"what people wrote\"}"u8.ToArray();
    private static readonly byte[] Sound = Sealer.Seal(SealPurpose.EntryBody, "room"u8, "bound"u8, Plain);

    public override string Name => "sealed";

    public override string Promise => "A sealed value gives what was sealed, or SealingException: never anything else.";

    public override IEnumerable<byte[]> Seeds => [[0], [0, 0, 0, 5, 1, 0], [0, 1, 0, 0, 9, 0], [0, 2, 0, 0, 30, 0], [0, 1, 0, 2, 7, 0], [1, 1, 0, 1, 2, 3], [0, 7, 0, 0, 3, 0]];

    public override int Longest => 256;

    public override void Run(byte[] input)
    {
        var reader = new Input(input);
        var value = reader.Byte() % 2 == 0 ? Damage.Apply(Sound, reader) : reader.Rest();
        byte[]? opened = null;
        var refused = Promised.Fails<SealingException>(() => opened = Sealer.Open(SealPurpose.EntryBody, "room"u8, "bound"u8, value));
        Promised.That(refused != value.AsSpan().SequenceEqual(Sound), "An altered value is opened, or a sound one is not.");
        Promised.That(opened is null || opened.AsSpan().SequenceEqual(Plain), "Another value is opened.");
    }
}

internal sealed class BlobTarget : Target
{
    public const string Id = "f0123456789abcdef0123456789abcdef";

    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(Shelf.Folder, "blobs")).FullName;
    private static readonly byte[] Small = Blobs.Content(700);
    private static readonly byte[] Large = Blobs.Content(70_000);
    private static readonly byte[] SmallSound = Blobs.Finished(Folder, Small);
    private static readonly byte[] LargeSound = Blobs.Finished(Folder, Large);

    public override string Name => "blob";

    public override string Promise => "A file's sealed content is given as it was sent, or refused with SealingException; nothing of a damaged chunk is given.";

    public override IEnumerable<byte[]> Seeds =>
    [
        [0, 0], [1, 0], [0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 4, 1, 0], [1, 0, 0, 255, 255, 1, 0], [1, 0, 2, 100, 0, 0, 0], [0, 1], [1, 255, 7, 0, 0, 200, 0], [1, 0, 4, 0, 10, 40, 0],
    ];

    public override int Longest => 256;

    public override long Allocates(int length) => 4 << 20;

    public override void Run(byte[] input)
    {
        var reader = new Input(input);
        var large = reader.Byte() % 2 == 1;
        var (content, sound) = large ? (Large, LargeSound) : (Small, SmallSound);

        // The database may name another length than the file has.
        var size = content.Length + (sbyte)reader.Byte();
        var bytes = Damage.Apply(sound, reader);
        var path = Path.Combine(Folder, "damaged");
        File.WriteAllBytes(path, bytes);
        var given = new MemoryStream();
        var refused = Promised.Fails<SealingException>(() =>
        {
            using var blob = BlobReader.Open(Shelf.Ring.Ring, path, Id, size);
            blob.CopyToAsync(given, 0, size).GetAwaiter().GetResult();
        });
        Promised.That(refused == (size != content.Length || !bytes.AsSpan().SequenceEqual(sound)), "A damaged file is given, or a sound one is not.");
        Promised.That(content.AsSpan().StartsWith(given.ToArray()), "Something else than the file's content was given.");
        Promised.That(refused || given.Length == content.Length, "Less than the file was given.");
    }
}

internal sealed class UploadTarget : Target
{
    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(Shelf.Folder, "uploads")).FullName;
    private static readonly byte[] Content = Blobs.Content(66_300);
    private static readonly (byte[] Part, byte[] Tail) Sound = Blobs.Unfinished(Folder, Content);

    public override string Name => "upload";

    public override string Promise => "An upload found on the disk goes on with a true beginning of what was sent, or is refused with SealingException; an undamaged one loses nothing.";

    public override IEnumerable<byte[]> Seeds => [[0], [0, 2, 255, 0, 0, 0], [1, 2, 128, 0, 0, 0], [1, 0, 0, 3, 1, 0], [0, 0, 0, 2, 1, 0], [1, 5, 0, 0, 255, 0], [2], [1, 1, 0, 0, 255, 0], [3]];

    public override int Longest => 256;

    public override long Allocates(int length) => 4 << 20;

    public override void Run(byte[] input)
    {
        var reader = new Input(input);
        var what = reader.Byte() % 4;
        var part = what == 0 ? Damage.Apply(Sound.Part, reader) : Sound.Part;
        var tail = what == 1 ? Damage.Apply(Sound.Tail, reader) : Sound.Tail;
        var path = Path.Combine(Folder, "damaged");
        File.WriteAllBytes(BlobPaths.Part(path), part);
        File.Delete(BlobPaths.Tail(path));
        if (what != 3)
        {
            File.WriteAllBytes(BlobPaths.Tail(path), what == 2 ? reader.Rest() : tail);
        }

        _ = Promised.Fails<SealingException>(() =>
        {
            using var upload = Now.Of(UploadBlob.OpenAsync(Shelf.Ring.Ring, path, BlobTarget.Id));
            var length = (int)upload.Length;
            Promised.That(length <= Content.Length && upload.DurableLength == length, "More is there than was sent.");
            Promised.That(upload.Sha256SoFar().AsSpan().SequenceEqual(SHA256.HashData(Content.AsSpan(0, length))), "It goes on after something else than was sent.");
            var undamaged = what < 2 && part.AsSpan().SequenceEqual(Sound.Part) && tail.AsSpan().SequenceEqual(Sound.Tail);
            Promised.That(!undamaged || length == Content.Length, "Durable bytes are lost.");
        });
    }
}

internal static class Blobs
{
    public static byte[] Content(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    public static byte[] Finished(string folder, byte[] content)
    {
        var path = Path.Combine(folder, $"{content.Length}");
        using var upload = UploadBlob.Create(Shelf.Ring.Ring, path, BlobTarget.Id);
        Now.Of(upload.AppendAsync(content).AsTask());
        Now.Of(upload.CompleteAsync(content.Length, SHA256.HashData(content)).AsTask());
        return File.ReadAllBytes(path);
    }

    /// <summary>Flushed three times, so that the log of the last chunk has three pieces.</summary>
    public static (byte[] Part, byte[] Tail) Unfinished(string folder, byte[] content)
    {
        var path = Path.Combine(folder, $"{content.Length}");
        using (var upload = UploadBlob.Create(Shelf.Ring.Ring, path, BlobTarget.Id))
        {
            foreach (var end in (int[])[65_700, 66_000, content.Length])
            {
                Now.Of(upload.AppendAsync(content.AsMemory((int)upload.Length, end - (int)upload.Length)).AsTask());
                Now.Of(upload.FlushAsync().AsTask());
            }
        }

        return (File.ReadAllBytes(BlobPaths.Part(path)), File.ReadAllBytes(BlobPaths.Tail(path)));
    }
}
