using Microsoft.AspNetCore.Components.Rendering;

namespace Chatroom.Web.Components;

/// <summary>
/// A text as it is shown: addresses become links, <c>`code`</c> and ``` blocks are set as code, people mentioned are marked. It is cut into pieces which are drawn
/// as elements and text; nothing that people wrote is ever read as HTML.
/// </summary>
internal static class RichText
{
    private static readonly char[] LinkEnds = [' ', '\n', '\t', '<', '>', '"', '`', '　', '，', '。', '！', '？', '；', '、', '）', '》', '」', '”'];

    public static void Render(RenderTreeBuilder builder, string text, IReadOnlyList<(string Id, string Name)> mentioned, string me)
    {
        var at = 0;
        while (at < text.Length)
        {
            var block = text.IndexOf("```", at, StringComparison.Ordinal);
            var end = block < 0 ? -1 : text.IndexOf("```", block + 3, StringComparison.Ordinal);
            if (end < 0)
            {
                Line(builder, text[at..], mentioned, me);
                return;
            }

            Line(builder, text[at..block].TrimEnd('\n'), mentioned, me);
            builder.OpenElement(0, "pre");
            builder.AddAttribute(1, "tabindex", "-1");
            builder.OpenElement(2, "code");
            builder.AddContent(3, Code(text[(block + 3)..end]));
            builder.CloseElement();
            builder.CloseElement();
            at = end + 3;
            if (at < text.Length && text[at] == '\n')
            {
                at++;
            }
        }
    }

    /// <summary>A few emoji and nothing else: drawn large.</summary>
    public static bool IsEmojiOnly(string text)
    {
        if (text.Length > 64)
        {
            return false;
        }

        var any = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is 0x200D or 0xFE0F or 0x20E3 or ' ' || rune.Value is >= 0xE0020 and <= 0xE007F)
            {
                continue;
            }

            if (rune.Value is not (>= 0x1F000 and <= 0x1FAFF or >= 0x2600 and <= 0x27BF or >= 0x2B00 and <= 0x2BFF or 0x231A or 0x231B or >= 0x23E9 and <= 0x23F3 or 0x2934 or 0x2935 or 0x203C or 0x2049))
            {
                return false;
            }

            any++;
        }

        return any is > 0 and <= 24;
    }

    // The word after the fence names a language, which is not shown.
    private static string Code(string block)
    {
        var line = block.IndexOf('\n', StringComparison.Ordinal);
        var code = line >= 0 && block.AsSpan(0, line).Trim() is { Length: < 20 } word && !word.Contains(' ') ? block[(line + 1)..] : block;
        return code.TrimEnd('\n');
    }

    private static void Line(RenderTreeBuilder builder, string text, IReadOnlyList<(string Id, string Name)> mentioned, string me)
    {
        var at = 0;
        while (at < text.Length)
        {
            var (start, length, kind, id) = Next(text, at, mentioned);
            if (kind == Piece.Text)
            {
                builder.AddContent(10, text[at..]);
                return;
            }

            if (start > at)
            {
                builder.AddContent(11, text[at..start]);
            }

            var piece = text.Substring(start, length);
            switch (kind)
            {
                case Piece.Code:
                    builder.OpenElement(12, "code");
                    builder.AddContent(13, piece[1..^1]);
                    break;
                case Piece.Link:
                    builder.OpenElement(14, "a");
                    builder.AddAttribute(15, "href", piece);
                    builder.AddAttribute(16, "target", "_blank");
                    builder.AddAttribute(17, "rel", "noopener noreferrer nofollow");
                    builder.AddAttribute(18, "tabindex", "-1");
                    builder.AddContent(19, piece);
                    break;
                default:
                    builder.OpenElement(20, "button");
                    builder.AddAttribute(21, "type", "button");
                    builder.AddAttribute(22, "class", id == me ? "at me" : "at");
                    builder.AddAttribute(23, "data-act", "person");
                    builder.AddAttribute(24, "data-value", id);
                    builder.AddAttribute(25, "tabindex", "-1");
                    builder.AddContent(26, piece);
                    break;
            }

            builder.CloseElement();
            at = start + length;
        }
    }

    private enum Piece
    {
        Text,
        Code,
        Link,
        Mention,
    }

    private static (int Start, int Length, Piece Kind, string Id) Next(string text, int from, IReadOnlyList<(string Id, string Name)> mentioned)
    {
        for (var i = from; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '`' when text.IndexOf('`', i + 1) is var end and > 0 && end > i + 1 && text.IndexOf('\n', i, end - i) < 0:
                    return (i, end - i + 1, Piece.Code, "");
                case 'h' when IsLink(text, i):
                    var length = LinkLength(text, i);
                    if (length > 0)
                    {
                        return (i, length, Piece.Link, "");
                    }

                    break;
                case '@' when mentioned.Count > 0:
                    foreach (var (start, long_, id) in State.Mentions.Places(text[i..], mentioned))
                    {
                        if (start == 0)
                        {
                            return (i, long_, Piece.Mention, id);
                        }

                        break;
                    }

                    break;
            }
        }

        return (text.Length, 0, Piece.Text, "");
    }

    private static bool IsLink(string text, int at) => (at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1]))
        && (string.CompareOrdinal(text, at, "https://", 0, 8) == 0 || string.CompareOrdinal(text, at, "http://", 0, 7) == 0);

    // Up to a blank, without the punctuation that ends the sentence; a closing bracket belongs to it when it was opened in it.
    private static int LinkLength(string text, int at)
    {
        var end = text.IndexOfAny(LinkEnds, at);
        end = end < 0 ? text.Length : end;
        while (end > at && (".,;:!?'*_".Contains(text[end - 1]) || (text[end - 1] == ')' && text.IndexOf('(', at, end - at) < 0)))
        {
            end--;
        }

        return Uri.TryCreate(text[at..end], UriKind.Absolute, out var address) && address.Host.Length > 0 ? end - at : 0;
    }
}
