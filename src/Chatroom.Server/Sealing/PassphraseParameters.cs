using System.Security.Cryptography;
using System.Text;
using Konscious.Security.Cryptography;

namespace Chatroom.Server.Sealing;

/// <summary>
/// How a master key is made of a passphrase: Argon2id (RFC 9106). Kept in the key ring's file, under its MAC: whoever copies the folder may guess, each guess
/// at this price, so the passphrase has to be long.
/// </summary>
/// <param name="Salt">Hexadecimal, 16 random bytes.</param>
internal sealed record PassphraseParameters(string Kdf, int MemoryKib, int Passes, int Lanes, string Salt)
{
    /// <summary>Bytes of UTF-8 of a new one: five or six words, or 16 random characters. Guessing goes on without the server, for years.</summary>
    public const int MinBytes = 16;

    private const string Argon2 = "argon2id";

    // Bounds of what a file may ask for: it is read before anything in it is known to be genuine.
    private const int MaxMemoryKib = 4 << 20;
    private const int MaxPasses = 100;
    private const int MaxLanes = 64;

    // The second of the two choices that RFC 9106, section 4, recommends: it needs no more memory than a small server has. Paid once per start.
    public static PassphraseParameters New() => new(Argon2, 64 * 1024, 3, 4, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));

    /// <summary>Whether this can be computed here at all.</summary>
    public bool IsSound => Kdf == Argon2 && MemoryKib is >= 8 * 1024 and <= MaxMemoryKib && Passes is >= 1 and <= MaxPasses && Lanes is >= 1 and <= MaxLanes && Salt.Length is >= 32 and <= 128 && Salt.Length % 2 == 0 && Salt.All(char.IsAsciiHexDigit);

    /// <summary>Writes the key (32 bytes).</summary>
    public void Derive(string passphrase, Span<byte> key)
    {
        var bytes = Encoding.UTF8.GetBytes(passphrase);
        try
        {
            using var argon = new Argon2id(bytes) { Salt = Convert.FromHexString(Salt), MemorySize = MemoryKib, Iterations = Passes, DegreeOfParallelism = Lanes };
            var made = argon.GetBytes(key.Length);
            made.CopyTo(key);
            CryptographicOperations.ZeroMemory(made);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
