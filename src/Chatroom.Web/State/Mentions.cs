using Chatroom.Protocol;

namespace Chatroom.Web.State;

/// <summary>Who is meant by <c>@name</c> in a text: members of the room, names with blanks included.</summary>
internal static class Mentions
{
    /// <summary>Ids of the people named in the text; null when there are none.</summary>
    public static IReadOnlyList<string>? In(string text, IEnumerable<(string Id, string Name)> people)
    {
        if (!text.Contains('@'))
        {
            return null;
        }

        var found = new List<string>();
        foreach (var (_, _, member) in Places(text, people))
        {
            if (!found.Contains(member) && found.Count < WireLimits.Mentions)
            {
                found.Add(member);
            }
        }

        return found.Count == 0 ? null : found;
    }

    /// <summary>Where the people are named, in order: the longest name that fits wins, and it ends where a word ends.</summary>
    public static IEnumerable<(int Start, int Length, string Id)> Places(string text, IEnumerable<(string Id, string Name)> people)
    {
        var longestFirst = people.OrderByDescending(person => person.Name.Length).ToArray();
        for (var at = text.IndexOf('@'); at >= 0 && at < text.Length - 1; at = text.IndexOf('@', at + 1))
        {
            if (at > 0 && char.IsAsciiLetterOrDigit(text[at - 1]))
            {
                continue;
            }

            foreach (var (id, name) in longestFirst)
            {
                var end = at + 1 + name.Length;
                if (end <= text.Length && string.Compare(text, at + 1, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) == 0
                    && (end == text.Length || !char.IsAsciiLetterOrDigit(text[end]) || !char.IsAsciiLetterOrDigit(text[end - 1])))
                {
                    yield return (at, name.Length + 1, id);
                    at = end - 1;
                    break;
                }
            }
        }
    }
}
