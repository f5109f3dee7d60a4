using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Rooms;

/// <summary>Rows as entries of the wire, and what later entries made of them.</summary>
public sealed class EntryViews(Vault vault, People people)
{
    /// <summary>Different emoji that an amendment tells of: with the longest text and its edit they still fit one frame.</summary>
    private const int MaxReactions = 64;

    /// <summary>An entry whose content is still at hand.</summary>
    public Entry View(IStoreReader store, EntryRow row, EntryBody body) => new()
    {
        Room = Ids.Room(row.Room),
        Seq = row.Seq,
        Kind = Words.Of(row.Kind),
        Sender = Ids.Account(row.Sender),
        SenderName = people.Get(store, row.Sender).Name,
        Time = row.Time,
        ClientId = Convert.ToHexStringLower(row.ClientId),
        Format = row.Kind is EntryKind.Text or EntryKind.Edit ? "text" : null,
        Text = body.Text,
        Emoji = body.Emoji,
        File = body.File,
        ReplyTo = body.ReplyTo,
        Root = body.Root,
        Mentions = body.Mentions,
        Target = row.Target,
        TargetSender = body.TargetSender,
        On = body.On,
        Subject = row.Subject is { } subject ? Ids.Account(subject) : null,
        SubjectName = row.Subject is { } who ? people.Get(store, who).Name : null,
        Role = body.Role,
        Recalled = row.Recalled ? true : null,
        Counts = row.Counts ? true : null,
        Public = body.Public,
        History = body.History,
    };

    public Entry View(IStoreReader store, EntryRow row) => View(store, row, vault.OpenEntry(row));

    /// <summary>
    /// What entries outside the page made of entries in it: the newest edit, the reactions that stand, whether it is pinned.
    /// </summary>
    /// <param name="rows">A page, ascending.</param>
    /// <param name="afterSeq">Entries up to this seq are in the page itself.</param>
    /// <param name="reader">Whose own reactions are marked.</param>
    /// <param name="visible">What the reader may see: changes made outside it stay unseen.</param>
    public List<Amendment>? Amendments(IStoreReader store, IReadOnlyList<EntryRow> rows, long afterSeq, long reader, Visible visible)
    {
        if (rows.Count == 0)
        {
            return null;
        }

        var room = rows[0].Room;
        var wanted = rows.Where(r => r.Counts && !r.Recalled).Select(r => r.Seq).ToHashSet();
        var result = new List<Amendment>();

        // One target at a time: each has a bounded number of changes, a page of them together need not.
        foreach (var target in store.Targets(room, rows[0].Seq, rows[^1].Seq).Where(wanted.Contains))
        {
            // The page tells its own entries; a target needs a summary only when something happened outside the page.
            var entries = store.EntriesTargeting(room, target, target, 0).Where(e => visible.Contains(e.Seq)).ToList();
            if (entries.Exists(e => e.Seq > afterSeq || e.Seq < rows[0].Seq))
            {
                result.Add(Fold(store, target, entries, reader));
            }
        }

        return result.Count == 0 ? null : result;
    }

    private Amendment Fold(IStoreReader store, long target, IEnumerable<EntryRow> entries, long reader)
    {
        EntryRow? edit = null;
        bool? pinned = null;
        var reactions = new Dictionary<string, List<long>>();
        foreach (var entry in entries)
        {
            switch (entry.Kind)
            {
                case EntryKind.Edit when entry.SealedBody is not null:
                    edit = entry;
                    break;
                case EntryKind.Pin:
                    pinned = vault.OpenEntry(entry).On is true ? true : null;
                    break;
                case EntryKind.Reaction:
                    var body = vault.OpenEntry(entry);
                    var by = reactions.TryGetValue(body.Emoji ?? "", out var list) ? list : reactions[body.Emoji ?? ""] = [];
                    by.Remove(entry.Sender);
                    if (body.On is true)
                    {
                        by.Add(entry.Sender);
                    }

                    break;
                default:
                    break;
            }
        }

        var counts = reactions.Where(r => r.Value.Count > 0).Take(MaxReactions).Select(r => new ReactionCount
        {
            Emoji = r.Key,
            Count = r.Value.Count,
            By = [.. r.Value.Take(100).Select(Ids.Account)],
            Mine = r.Value.Contains(reader) ? true : null,
        }).ToList();
        return new Amendment
        {
            Target = target,
            Edit = edit is null ? null : View(store, edit),
            Reactions = counts.Count == 0 ? null : counts,
            Pinned = pinned,
        };
    }

    /// <summary>Bytes an entry takes in a frame, near enough above the truth: the sealed body is the same JSON.</summary>
    public static int Size(EntryRow row) => 420 + (row.SealedBody?.Length ?? 0);

    /// <summary>Bytes amendments take in a frame.</summary>
    public static int Size(List<Amendment>? amendments) =>
        amendments is null ? 0 : amendments.Sum(a => WireJson.Write(a).Length + 1);

    /// <summary>Entry as a frame's body.</summary>
    public static byte[] Encode(Entry entry) => WireJson.Write(entry);

    /// <summary>The code an entry travels under.</summary>
    public static Code CodeOf(RoomKind room, EntryKind kind) => (room, kind) switch
    {
        (RoomKind.Private, EntryKind.Text or EntryKind.Emoji or EntryKind.File) => Code.SendMessagePrivate,
        (_, EntryKind.Text) => Code.SendMessageAll,
        (_, EntryKind.Emoji) => Code.SendEmojiSuccess,
        (_, EntryKind.File) => Code.SendFileSuccess,
        _ => Code.Entry,
    };
}
