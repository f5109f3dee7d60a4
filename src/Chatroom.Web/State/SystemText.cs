using Chatroom.Protocol.Messages;

namespace Chatroom.Web.State;

/// <summary>What the system states in a room, in the reader's language: entries hold ids, not sentences.</summary>
internal static class SystemText
{
    public static string Of(Chat chat, Entry entry)
    {
        var who = entry.SenderName ?? Texts.Of("person.deleted");
        var subject = entry.SubjectName ?? (entry.Subject is { } id ? chat.NameOf(id) : "");
        return entry.Kind switch
        {
            EntryKinds.Create => Texts.Of("system.create", who),
            EntryKinds.Join when entry.Subject is null || entry.Subject == entry.Sender => Texts.Of("system.join", who),
            EntryKinds.Join => Texts.Of("system.join-by", who, subject),
            EntryKinds.Leave => Texts.Of("system.leave", who),
            EntryKinds.Remove => Texts.Of("system.remove", who, subject),
            EntryKinds.Role => Texts.Of("system.role", who, subject, Texts.Of("role." + entry.Role)),
            EntryKinds.Rename => Texts.Of("system.rename", who, entry.Text),
            EntryKinds.Topic => string.IsNullOrEmpty(entry.Text) ? Texts.Of("system.no-topic", who) : Texts.Of("system.topic", who, entry.Text),
            EntryKinds.Options => Texts.Of("system.options", who, Options(entry)),
            _ => Texts.Of("row.unknown", entry.Kind),
        };
    }

    private static string Options(Entry entry)
    {
        var listed = entry.Public switch { true => Texts.Of("system.public"), false => Texts.Of("system.private"), null => "" };
        var history = entry.History switch { "all" => Texts.Of("system.history-all"), "join" => Texts.Of("system.history-join"), _ => "" };
        return listed.Length > 0 && history.Length > 0 ? listed + Texts.Of("system.and") + history : listed + history;
    }
}
