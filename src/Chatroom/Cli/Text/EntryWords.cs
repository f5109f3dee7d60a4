using System.Globalization;
using Chatroom.Client;
using Chatroom.Protocol.Messages;

namespace Chatroom.Cli.Text;

/// <summary>Entries of a room in words: <c>[time seq] name: text</c>, and sentences for what the system states.</summary>
/// <param name="me">Account id of the person.</param>
internal sealed class EntryWords(Strings strings, string me)
{
    private const int Kilo = 1024;

    public Style StyleOf(Entry entry) =>
        entry.Sender == me && entry.Kind is EntryKinds.Text or EntryKinds.Emoji or EntryKinds.File ? Style.Own
        : entry.Kind is EntryKinds.Text or EntryKinds.Emoji or EntryKinds.File ? Style.Other
        : Style.System;

    /// <summary>The entry as it was committed, over one or more lines.</summary>
    public string Say(Entry entry) => Stamp(entry) + Lead(entry) + Body(entry, entry.Text);

    /// <summary>The row as it stands now: edited, reacted to, pinned, taken back.</summary>
    public string Say(MessageView row)
    {
        var marks = row.IsEdited ? strings["entry.edited-mark"] : "";
        marks += row.IsPinned ? strings["entry.pinned-mark"] : "";
        marks += string.Concat(row.Reactions.Select(one => $" {Sanitizer.Line(one.Emoji)}{(one.Count > 1 ? "×" + one.Count.ToString(CultureInfo.InvariantCulture) : "")}"));
        return Stamp(row.Entry) + Lead(row.Entry) + Body(row.Entry, row.Text ?? row.Entry.Text) + marks;
    }

    /// <summary>A message that was found, behind the name of its room.</summary>
    public string Say(SearchHit hit, RoomView? room) =>
        $"{(room is null ? Sanitizer.Line(hit.Entry.Room) : RoomNames.Say(room))} {Say(hit.Entry)}{(hit.Edited is true ? strings["entry.edited-mark"] : "")}";

    /// <summary>What the person did, in few words: for what waits or was refused.</summary>
    public string Say(Sent sent) => sent.Kind switch
    {
        EntryKinds.Recall => strings["sent.recall", sent.Target],
        EntryKinds.Pin => strings["sent.pin", sent.Target],
        EntryKinds.Reaction => strings["sent.reaction", sent.Target, Sanitizer.Line(sent.Text)],
        EntryKinds.Edit => strings["sent.edit", sent.Target, Sanitizer.Line(sent.Text)],
        _ => Sanitizer.Line(sent.Text ?? sent.Kind),
    };

    public string Name(string id, string? name) => id == me ? "<Me>" : Sanitizer.Line(name ?? strings["person.deleted"]);

    public static string Time(long ms)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(ms).ToLocalTime();
        return time.ToString(time.Date == DateTimeOffset.Now.Date ? "HH:mm" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }

    public static string Size(long bytes) => bytes switch
    {
        < Kilo => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < Kilo * Kilo => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)Kilo:0.0} KiB"),
        < 1L * Kilo * Kilo * Kilo => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)Kilo / Kilo:0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)Kilo / Kilo / Kilo:0.0} GiB"),
    };

    private static string Stamp(Entry entry) => string.Create(CultureInfo.InvariantCulture, $"[{Time(entry.Time)} {entry.Seq}] ");

    private string Lead(Entry entry)
    {
        var name = Name(entry.Sender, entry.SenderName);
        return entry.Kind is EntryKinds.Text or EntryKinds.Emoji or EntryKinds.File ? name + ": " : "* " + name + " ";
    }

    private string Body(Entry entry, string? text) => entry.Kind switch
    {
        _ when entry.Recalled == true => strings["entry.recalled"],
        EntryKinds.Text => (entry.ReplyTo is { } target ? strings["entry.reply", target] : "") + Indent(Sanitizer.Lines(text)),
        EntryKinds.Emoji => Sanitizer.Line(entry.Emoji),
        EntryKinds.File => entry.File is { } file ? strings["entry.file", Sanitizer.Line(file.Name), Size(file.Size), Sanitizer.Line(file.Id)] : "",
        EntryKinds.Edit => strings["entry.edit", entry.Target, Indent(Sanitizer.Lines(text))],
        EntryKinds.Recall => strings["entry.recall", entry.Target],
        EntryKinds.Reaction => strings[entry.On == false ? "entry.unreact" : "entry.react", entry.Target, Sanitizer.Line(entry.Emoji)],
        EntryKinds.Pin => strings[entry.On == false ? "entry.unpin" : "entry.pin", entry.Target],
        EntryKinds.Create => strings["entry.create"],
        EntryKinds.Join => entry.Subject is null || entry.Subject == entry.Sender ? strings["entry.join"] : strings["entry.join-by", Subject(entry)],
        EntryKinds.Leave => strings["entry.leave"],
        EntryKinds.Remove => strings["entry.remove", Subject(entry)],
        EntryKinds.Role => strings["entry.role", Subject(entry), Role(entry.Role)],
        EntryKinds.Rename => strings["entry.rename", Sanitizer.Line(text)],
        EntryKinds.Topic => string.IsNullOrEmpty(text) ? strings["entry.no-topic"] : strings["entry.topic", Sanitizer.Line(text)],
        EntryKinds.Options => Options(entry),
        _ => strings["entry.unknown", Sanitizer.Line(entry.Kind)],
    };

    private string Subject(Entry entry) => Name(entry.Subject ?? "", entry.SubjectName);

    private string Role(string? role) => strings.Find("role." + role) ?? Sanitizer.Line(role);

    private string Options(Entry entry)
    {
        var access = entry.Public is { } open ? strings[open ? "entry.public" : "entry.private"] : null;
        var history = entry.History is { } seen ? strings[seen == "all" ? "entry.history-all" : "entry.history-join"] : null;
        return string.Join(strings["entry.and"], new[] { access, history }.OfType<string>());
    }

    private static string Indent(string text) => text.Replace("\n", "\n    ", StringComparison.Ordinal);
}
