using Chatroom.Protocol;
using Chatroom.Server.Rooms;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>Checks that texts share.</summary>
internal static class Content
{
    /// <summary>Why the text is not taken; null when it is.</summary>
    public static Reply? Problem(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return Reply.Refuse(Code.TextTooLarge, "The text is empty.", "text");
        }

        if (!Texts.Fits(text))
        {
            return Reply.Refuse(Code.TextTooLarge, $"The text is longer than {WireLimits.TextBytes} bytes. Send it in parts, or as a file.", "text");
        }

        return Texts.IsClean(text) ? null : Reply.Wrong("The text has control characters other than tab and line feed.", "text");
    }

    /// <summary>Mentions: account ids, no more than fit, each once.</summary>
    public static bool TryMentions(IReadOnlyList<string>? mentions, out IReadOnlyList<string>? clean, out Reply refusal)
    {
        (clean, refusal) = (null, null!);
        if (mentions is null or { Count: 0 })
        {
            return true;
        }

        clean = [.. mentions.Distinct()];
        if (clean.Count > WireLimits.Mentions || clean.Any(m => !Ids.TryAccount(m, out _)))
        {
            refusal = Reply.Wrong($"Mentions are at most {WireLimits.Mentions} account ids.", "mentions");
            return false;
        }

        return true;
    }

    /// <summary>Changes of one kind that one person may make to one message: a page of history has to look at all of them.</summary>
    private const int MostChanges = 100;

    /// <summary>Refuses a change too many of one message.</summary>
    public static bool MayChange(Change change, EntryRow target, EntryKind kind, out Reply refusal)
    {
        refusal = Reply.Refuse(Code.LimitReached, $"You have changed this message {MostChanges} times, which is the limit.", "target");
        return change.Store.CountTargeting(target.Room, target.Seq, change.Caller.Account, kind) < MostChanges;
    }

    /// <summary>The entry a request is about: visible to the caller, and not a change of another entry.</summary>
    public static bool TryTarget(Change change, Entered room, long? seq, out EntryRow target, out Reply refusal)
    {
        target = null!;
        refusal = Reply.Refuse(Code.NotFound, "There is no such message in this room.", "target");
        if (seq is not { } at || !Visible.Of(change.Store, room.Room, room.Membership).Contains(at) || change.Store.Entry(room.Room.Id, at) is not { } row)
        {
            return false;
        }

        if (!row.Counts || row.Recalled)
        {
            refusal = Reply.Refuse(Code.InvalidTarget, row.Recalled ? "The message was recalled." : "This is not a message.", "target");
            return false;
        }

        target = row;
        return true;
    }
}
