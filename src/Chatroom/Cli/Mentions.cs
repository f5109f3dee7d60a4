using Chatroom.Client;
using Chatroom.Protocol;

namespace Chatroom.Cli;

/// <summary>
/// Who is meant by a name in a room: entries hold account ids, people write names. Names are looked for among the members, page by page, and kept for
/// the life of the program.
/// </summary>
internal sealed class Mentions(Session session)
{
    private const int MaxPages = 50;
    private static readonly char[] Punctuation = [.. ".,!?:;)]}>'\"，。！？：；、）】》”’"];

    private readonly Dictionary<string, Dictionary<string, string>> _rooms = [];

    /// <summary>Account ids of members whose names stand in the text as <c>@name</c>; null when there are none. A name with spaces is written without them being closed: it is not found.</summary>
    public async Task<IReadOnlyList<string>?> InTextAsync(string room, string text, CancellationToken stop)
    {
        var names = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.Length > 1 && word[0] == '@')
            .Select(word => word[1..].TrimEnd(Punctuation))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Take(WireLimits.Mentions);
        var found = new List<string>();
        foreach (var name in names)
        {
            if (await FindAsync(room, name, stop) is { } id)
            {
                found.Add(id);
            }
        }

        return found.Count == 0 ? null : found;
    }

    /// <summary>Account ids of members by name.</summary>
    /// <exception cref="CliException">Someone is not in the room.</exception>
    public async Task<IReadOnlyList<string>?> NamedAsync(string room, IReadOnlyList<string> names, CancellationToken stop)
    {
        var found = new List<string>();
        foreach (var name in names)
        {
            found.Add(await FindAsync(room, name, stop) ?? throw new CliException(ExitCodes.Failed, session.Strings["mention.nobody", Text.Sanitizer.Line(name)]));
        }

        return found.Count == 0 ? null : found;
    }

    private async Task<string?> FindAsync(string room, string name, CancellationToken stop)
    {
        if (_rooms.TryGetValue(room, out var known) && known.TryGetValue(name, out var id))
        {
            return id;
        }

        var members = _rooms[room] = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        string? cursor = null;
        for (var pages = 0; pages < MaxPages && (pages == 0 || cursor is not null); pages++)
        {
            var page = await session.Client.Groups.MembersAsync(room, cursor, WireLimits.PageSize, stop);
            foreach (var member in page.Members.Where(m => m.Name is not null))
            {
                members[member.Name!] = member.Id;
            }

            cursor = page.Next;
        }

        return members.GetValueOrDefault(name);
    }
}
