using System.Security.Cryptography;

namespace Chatroom.Server;

/// <summary>
/// Ids: random 62-bit numbers inside, opaque strings on the wire (a letter and 13 characters of Crockford's base 32). Random, so that an id tells
/// nothing about how many there are.
/// </summary>
public static class Ids
{
    /// <summary>The lobby's id is the same on every server.</summary>
    public const long Lobby = 1;

    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static long New()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return (BitConverter.ToInt64(bytes) & 0x3FFF_FFFF_FFFF_FFFF) | 0x1000;
    }

    public static string Account(long id) => Text('u', id);

    public static string Room(long id) => id == Lobby ? "lobby" : Text('r', id);

    public static string Device(long id) => Text('d', id);

    /// <summary>Names an invitation to register by the hash of its code.</summary>
    public static string RegistrationInvite(ReadOnlySpan<byte> codeHash) => Text('i', BitConverter.ToInt64(codeHash) & long.MaxValue);

    /// <summary>Names a file and its blob on disk: 128 random bits.</summary>
    public static string NewFile()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        var high = BitConverter.ToInt64(bytes) & long.MaxValue;
        var low = BitConverter.ToInt64(bytes[8..]) & long.MaxValue;
        return string.Concat(Text('f', high), Text('f', low).AsSpan(1)[..12]);
    }

    public static bool TryAccount(string? text, out long id) => TryParse('u', text, out id);

    public static bool TryDevice(string? text, out long id) => TryParse('d', text, out id);

    public static bool TryRoom(string? text, out long id)
    {
        if (text == "lobby")
        {
            id = Lobby;
            return true;
        }

        return TryParse('r', text, out id) && id != Lobby;
    }

    /// <summary>A client id: 32 lowercase hexadecimal digits as 16 bytes.</summary>
    public static bool TryClientId(string? text, out byte[] id)
    {
        id = [];
        if (text is not { Length: 32 } || text.AsSpan().IndexOfAnyExcept("0123456789abcdef") >= 0)
        {
            return false;
        }

        id = Convert.FromHexString(text);
        return true;
    }

    private static string Text(char letter, long id) => string.Create(14, (letter, id), static (span, state) =>
    {
        span[0] = state.letter;
        var rest = state.id;
        for (var i = 13; i > 0; i--)
        {
            span[i] = Alphabet[(int)(rest & 31)];
            rest >>= 5;
        }
    });

    private static bool TryParse(char letter, string? text, out long id)
    {
        id = 0;
        if (text is not { Length: 14 } || text[0] != letter)
        {
            return false;
        }

        // 13 characters hold 65 bits: above the first 63 another text would give the same id.
        if (text[1] > '7')
        {
            return false;
        }

        foreach (var character in text.AsSpan(1))
        {
            var digit = Alphabet.IndexOf(character, StringComparison.Ordinal);
            if (digit < 0)
            {
                return false;
            }

            id = (id << 5) | (long)digit;
        }

        return id > 0;
    }
}
