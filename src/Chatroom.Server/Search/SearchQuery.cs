using Chatroom.Protocol.Messages;

namespace Chatroom.Server.Search;

/// <summary>
/// What is looked for: words, all of which have to be there, and phrases in quotation marks. A word in letters is found where a word begins with it; one of a script
/// without blanks, wherever it stands.
/// </summary>
internal sealed class SearchQuery
{
    /// <summary>Longest text that can be looked for, in UTF-16 code units.</summary>
    public const int MaxLength = 200;

    public const int MaxWords = 12;

    private const int MaxMarks = 100;

    private readonly List<FoldedText> words;

    private SearchQuery(List<FoldedText> words)
    {
        this.words = words;
        Required = [.. words.SelectMany(SearchTerms.RequiredBy).Distinct()];
    }

    /// <summary>Terms that every text which matches has; empty when the index cannot help.</summary>
    public IReadOnlyList<UInt128> Required { get; }

    /// <returns>False when there is nothing to look for, or too much.</returns>
    public static bool TryParse(string? text, out SearchQuery query)
    {
        query = null!;
        if (text is null || text.Length > MaxLength)
        {
            return false;
        }

        var words = new List<FoldedText>();
        var rest = text.AsSpan();
        while (!(rest = rest.TrimStart()).IsEmpty)
        {
            ReadOnlySpan<char> word;
            if (ClosingOf(rest[0]) is { } closing)
            {
                // A quotation that is not closed yet is being written.
                rest = rest[1..];
                var end = rest.IndexOf(closing);
                word = (end < 0 ? rest : rest[..end]).Trim();
                rest = end < 0 ? [] : rest[(end + 1)..];
            }
            else
            {
                var end = 0;
                while (end < rest.Length && !char.IsWhiteSpace(rest[end]))
                {
                    end++;
                }

                word = rest[..end];
                rest = rest[end..];
            }

            var folded = FoldedText.Of(word);
            if (folded.Count > 0)
            {
                words.Add(folded);
            }
        }

        if (words.Count is 0 or > MaxWords)
        {
            return false;
        }

        query = new SearchQuery(words);
        return true;
    }

    /// <summary>Where the text has what is looked for.</summary>
    /// <returns>Null when it does not have all of it; else ranges in order, apart from each other, at most 100.</returns>
    public IReadOnlyList<TextRange>? Match(string text)
    {
        var folded = FoldedText.Of(text);
        var found = new List<(int Start, int End)>();
        foreach (var word in words)
        {
            var before = found.Count;
            for (var at = IndexOf(folded, word, 0); at >= 0; at = IndexOf(folded, word, at + word.Count))
            {
                found.Add((folded.StartOf(at), folded.EndOf(at + word.Count - 1, text)));
                if (found.Count - before == MaxMarks)
                {
                    break;
                }
            }

            if (found.Count == before)
            {
                return null;
            }
        }

        found.Sort();
        var marks = new List<TextRange>();
        var (start, end) = found[0];
        foreach (var next in found)
        {
            if (next.Start > end)
            {
                marks.Add(new TextRange { Start = start, Length = end - start });
                (start, end) = next;
            }
            else
            {
                end = Math.Max(end, next.End);
            }
        }

        marks.Add(new TextRange { Start = start, Length = end - start });
        return marks.Count > MaxMarks ? marks[..MaxMarks] : marks;
    }

    private static int IndexOf(FoldedText text, FoldedText word, int from)
    {
        var all = text.CodePoints;
        var wanted = word.CodePoints;
        var classes = text.Classes;
        while (from <= all.Length - wanted.Length)
        {
            var at = all[from..].IndexOf(wanted);
            if (at < 0)
            {
                return -1;
            }

            at += from;
            if (word.Classes[0] != CharClass.Word || at == 0 || classes[at - 1] != CharClass.Word)
            {
                return at;
            }

            from = at + 1;
        }

        return -1;
    }

    private static char? ClosingOf(char opening) => opening switch
    {
        '"' => '"',
        '“' => '”',
        '「' => '」',
        '『' => '』',
        _ => null,
    };
}
