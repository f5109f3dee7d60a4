using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Sealing;

/// <summary>One epoch's data key, wrapped: nonce (12) ‖ ciphertext (32) ‖ tag (16), in hexadecimal.</summary>
internal sealed record WrappedKey(int Epoch, string Wrapped);

/// <summary>
/// <c>keyring.json</c>. <see cref="Id"/> is 16 random bytes that bind the wrapped keys to this ring; <see cref="Master"/> tells a wrong
/// master key from a damaged file (a hash of it under a derivation of its own); <see cref="Mac"/> covers everything, so that an epoch
/// cannot be taken away unnoticed. <see cref="Passphrase"/> is there when the master key is made of one.
/// </summary>
internal sealed record KeyRingFile(int Format, string Id, string Master, WrappedKey[] Epochs, string Mac, PassphraseParameters? Passphrase = null)
{
    public const int CurrentFormat = 1;
    public const int MaxEpochs = ushort.MaxValue;

    // 65,535 epochs of some 150 bytes.
    private const long MaxFileLength = 16 << 20;

    public static string PathIn(string dataFolder) => Path.Combine(dataFolder, "keyring.json");

    /// <summary>Reads the file and checks its form; whether it is authentic only <see cref="WrappingKeys"/> can tell.</summary>
    public static KeyRingFile Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxFileLength)
            {
                throw Damaged(path);
            }

            var file = JsonSerializer.Deserialize(File.ReadAllBytes(path), KeyRingJson.Default.KeyRingFile) ?? throw Damaged(path);
            if (file.Format != CurrentFormat)
            {
                throw new SealingException($"{path} has format {file.Format}, which this version of Chatroom does not know.");
            }

            if (file.Epochs is not { Length: > 0 and <= MaxEpochs } || file.Epochs.Where((key, i) => key?.Epoch != i + 1).Any())
            {
                throw Damaged(path);
            }

            return file.Passphrase is null or { IsSound: true } ? file : throw Damaged(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SealingException($"There is no key ring at {path}.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SealingException($"The key ring {path} cannot be read: {error.Message}", error);
        }
        catch (JsonException error)
        {
            throw Damaged(path, error);
        }
    }

    /// <summary>Replaces the file, durable on return.</summary>
    public void Write(string path) => Written(path, () => Durable.WriteFile(path, Json()));

    /// <summary>Writes the file where none is; two processes that start at once cannot overwrite each other's.</summary>
    public void WriteNew(string path) => Written(path, () => Durable.WriteNewFile(path, Json()));

    private byte[] Json() => JsonSerializer.SerializeToUtf8Bytes(this, KeyRingJson.Default.KeyRingFile);

    private static void Written(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SealingException($"The key ring {path} cannot be written: {error.Message}", error);
        }
    }

    public static SealingException Damaged(string path, Exception? cause = null) =>
        cause is null ? new($"The key ring {path} is damaged.") : new($"The key ring {path} is damaged.", cause);

    /// <summary>What the MAC covers: every field but itself, in a form without ambiguity.</summary>
    public byte[] Canonical()
    {
        using var bytes = new MemoryStream();
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, Format);
        bytes.Write(number);
        Append(Id);
        Append(Master);
        foreach (var key in Epochs)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, key.Epoch);
            bytes.Write(number);
            Append(key.Wrapped);
        }

        if (Passphrase is { } made)
        {
            // No epoch has the number 0, so this is not mistaken for one.
            foreach (var value in (int[])[0, made.MemoryKib, made.Passes, made.Lanes])
            {
                BinaryPrimitives.WriteInt32BigEndian(number, value);
                bytes.Write(number);
            }

            Append(made.Salt);
        }

        return bytes.ToArray();

        void Append(string hex)
        {
            var value = Convert.FromHexString(hex);
            Span<byte> length = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, value.Length);
            bytes.Write(length);
            bytes.Write(value);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeyRingFile))]
internal sealed partial class KeyRingJson : JsonSerializerContext;
