using System.Globalization;

namespace Chatroom.Server.Maintenance.ClassicImport;

/// <summary>How many of one kind came over.</summary>
public sealed class ImportCount(string what)
{
    public string What => what;

    /// <summary>Came over now.</summary>
    public long Came { get; internal set; }

    /// <summary>Had come over before.</summary>
    public long Present { get; internal set; }

    /// <summary>Did not come over; <see cref="ImportReport.Skipped"/> says why.</summary>
    public long Skipped { get; internal set; }
}

/// <summary>What came over from Chatroom 2.0, what did not and why, and what had to be changed. Names in it are as somebody chose them: clean before showing.</summary>
public sealed class ImportReport
{
    // A source made to annoy may hold any number of names.
    private const int MostLines = 200;

    private readonly List<string> renamed = [];
    private readonly SortedDictionary<string, long> skipped = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> changed = new(StringComparer.Ordinal);
    private readonly List<string> notes = [];

    public ImportCount People { get; } = new("people");

    public ImportCount Friendships { get; } = new("friendships");

    public ImportCount Messages { get; } = new("messages in the lobby");

    public ImportCount Files { get; } = new("files in the lobby");

    public ImportCount PrivateMessages { get; } = new("private messages");

    /// <summary>True when messages or files were kept out because the lobby has messages that are not of this import.</summary>
    public bool LobbyRefused { get; internal set; }

    /// <summary>Who is called something else now, one line each.</summary>
    public IReadOnlyList<string> Renamed => renamed;

    /// <summary>Reasons, with how often each.</summary>
    public IReadOnlyDictionary<string, long> Skipped => skipped;

    /// <summary>Changes of content, with how often each.</summary>
    public IReadOnlyDictionary<string, long> Changed => changed;

    /// <summary>What whoever runs the server should know or do.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>All of it for a person to read; of a long list the beginning.</summary>
    public IEnumerable<string> Lines()
    {
        foreach (var count in new[] { People, Friendships, Messages, Files, PrivateMessages })
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"{count.What}: {count.Came} came over, {count.Present} were here already, {count.Skipped} were skipped");
        }

        foreach (var (title, lines) in new[] { ("New names:", Renamed), ("Skipped:", Counted(skipped)), ("Changed:", Counted(changed)), ("Note:", Notes) })
        {
            if (lines.Count > 0)
            {
                yield return title;
            }

            foreach (var line in lines.Take(MostLines))
            {
                yield return "  " + line;
            }

            if (lines.Count > MostLines)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"  and {lines.Count - MostLines} more");
            }
        }
    }

    internal void Rename(string line) => renamed.Add(line);

    internal void Note(string line) => notes.Add(line);

    internal void Skip(ImportCount count, string why)
    {
        count.Skipped++;
        Add(skipped, $"{count.What}: {why}");
    }

    internal void Change(string what) => Add(changed, what);

    private static void Add(SortedDictionary<string, long> lines, string line) => lines[line] = lines.GetValueOrDefault(line) + 1;

    private static List<string> Counted(SortedDictionary<string, long> lines) =>
        [.. lines.Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Value} {l.Key}"))];
}
