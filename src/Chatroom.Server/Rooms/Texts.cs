using System.Globalization;
using System.Text;
using Chatroom.Protocol;

namespace Chatroom.Server.Rooms;

/// <summary>What may stand in a text.</summary>
public static class Texts
{
    /// <summary>The four emoji of Chatroom 2.0 by their words.</summary>
    public static IReadOnlyDictionary<string, string> EmojiWords { get; } = new Dictionary<string, string>
    {
        ["[emoji-happy]"] = "😜",
        ["[emoji-HappyWithHalo]"] = "😇",
        ["[emoji-cake]"] = "🍰",
        ["[emoji-hotpot]"] = "🥘",
    };

    /// <summary>True for text without unpaired surrogates and without control characters other than tab and line feed.</summary>
    public static bool IsClean(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsControl(c) && c is not '\t' and not '\n')
            {
                return false;
            }

            if (char.IsSurrogate(c))
            {
                if (!char.IsHighSurrogate(c) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                {
                    return false;
                }

                i++;
            }
        }

        return true;
    }

    public static bool Fits(string text) => Encoding.UTF8.GetByteCount(text) <= WireLimits.TextBytes;

    /// <summary>
    /// One emoji as itself (UTS #51: a single emoji, with modifiers, keycaps, flags, tags and joined sequences), or by one of the four words.
    /// </summary>
    public static bool TryEmoji(string? text, out string emoji)
    {
        emoji = text ?? "";
        if (EmojiWords.TryGetValue(emoji, out var known))
        {
            emoji = known;
            return true;
        }

        return emoji.Length is > 0 and <= 64 && IsClean(emoji) && Emoji.IsSingle(emoji);
    }

    /// <summary>A name of a file as people may see it: no folders, no control or invisible characters that turn text around.</summary>
    public static bool IsFileName(string? name) => name is { Length: > 0 } && Encoding.UTF8.GetByteCount(name) <= 255 && IsClean(name)
        && name.IndexOfAny(['/', '\\', '\t', '\n', ':', '\0']) < 0 && name is not "." and not ".."
        && !name.Any(c => CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.Format);
}
