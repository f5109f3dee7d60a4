using Chatroom.Protocol.Messages;

namespace Chatroom.Web.State;

/// <summary>A piece of what a result shows.</summary>
/// <param name="IsMarked">It is what was looked for.</param>
public readonly record struct ExcerptPiece(string Text, bool IsMarked);

/// <summary>A found text in a few lines, cut around the first word that was looked for.</summary>
internal static class Excerpt
{
    private const int Before = 60;
    private const int Longest = 240;

    public static IReadOnlyList<ExcerptPiece> Of(string text, IReadOnlyList<TextRange> marks)
    {
        var first = marks.Count > 0 ? marks[0].Start : 0;
        var start = Whole(text, first + Longest > text.Length ? Math.Max(0, Math.Min(first - Before, text.Length - Longest)) : Math.Max(0, first - Before));
        var end = Whole(text, Math.Min(text.Length, start + Longest));
        var pieces = new List<ExcerptPiece>();
        var at = start;
        foreach (var mark in marks.Where(m => m.Start >= start && m.Start + m.Length <= end))
        {
            Add(at, mark.Start, marked: false);
            Add(mark.Start, mark.Start + mark.Length, marked: true);
            at = mark.Start + mark.Length;
        }

        Add(at, end, marked: false);
        if (start > 0)
        {
            pieces.Insert(0, new ExcerptPiece("…", false));
        }

        if (end < text.Length)
        {
            pieces.Add(new ExcerptPiece("…", false));
        }

        return pieces;

        void Add(int from, int to, bool marked)
        {
            if (to > from)
            {
                pieces.Add(new ExcerptPiece(text[from..to], marked));
            }
        }
    }

    // Not between the halves of a surrogate pair.
    private static int Whole(string text, int at) => at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : at;
}
