using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Chatroom.Faults.AtRest;

/// <summary>A word that stands nowhere else, and what it looks like in every form in which somebody may have written it down.</summary>
internal sealed record Canary(string What, string Word)
{
    private const int Base64Offsets = 3;

    /// <summary>Form and bytes. Of a text in capitals or small letters, too: names are folded.</summary>
    public IEnumerable<(string Form, byte[] Bytes)> Forms() => ((string[])[Word, Word.ToLowerInvariant(), Word.ToUpperInvariant()]).Distinct().SelectMany(FormsOf);

    private static IEnumerable<(string Form, byte[] Bytes)> FormsOf(string word)
    {
        var utf8 = Encoding.UTF8.GetBytes(word);
        yield return ("UTF-8", utf8);
        yield return ("UTF-16LE", Encoding.Unicode.GetBytes(word));
        yield return ("UTF-16BE", Encoding.BigEndianUnicode.GetBytes(word));
        yield return ("hex", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(utf8)));
        yield return ("HEX", Encoding.ASCII.GetBytes(Convert.ToHexString(utf8)));
        yield return ("JSON", Encoding.UTF8.GetBytes(JsonSerializer.Serialize(word, Escaping)[1..^1]));
        yield return ("JSON, every character escaped", Encoding.ASCII.GetBytes(string.Concat(word.Select(unit => $"\\u{(int)unit:x4}"))));
        yield return ("percent", Encoding.ASCII.GetBytes(Uri.EscapeDataString(word)));
        for (var offset = 0; offset < Base64Offsets; offset++)
        {
            yield return ($"base64 at {offset}", Encoding.ASCII.GetBytes(Inner(utf8, offset)));
            yield return ($"base64url at {offset}", Encoding.ASCII.GetBytes(Inner(utf8, offset).Replace('+', '-').Replace('/', '_')));
        }
    }

    private static readonly JsonSerializerOptions Escaping = new() { Encoder = JavaScriptEncoder.Default };

    // The characters that are the same whatever stands before and after the word.
    private static string Inner(byte[] word, int offset)
    {
        var whole = Convert.ToBase64String([.. new byte[offset], .. word]);
        var first = ((offset * 8) + 5) / 6;
        return whole[first..(((offset + word.Length) * 8) / 6)];
    }
}

/// <summary>A place where a canary was found.</summary>
internal sealed record Hit(string File, string What, string Form);
