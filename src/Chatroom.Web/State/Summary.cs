using Chatroom.Client;
using Chatroom.Protocol.Messages;

namespace Chatroom.Web.State;

/// <summary>A message in one line: for quotes, notifications and people who listen.</summary>
internal static class Summary
{
    private const int Longest = 200;

    public static string Of(MessageView view) => view.IsRecalled ? Texts.Of("row.recalled") : Of(view.Text is null ? view.Entry : view.Entry with { Text = view.Text });

    public static string Of(Entry entry) => entry.Kind switch
    {
        EntryKinds.Text => Cut(entry.Text ?? ""),
        EntryKinds.Emoji => entry.Emoji ?? "",
        EntryKinds.File => Texts.Of("row.file", entry.File?.Name),
        _ => Texts.Of("row.unknown", entry.Kind),
    };

    public static string Of(Sent sent) => Cut(sent.Text ?? "");

    private static string Cut(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= Longest ? line : line[..(char.IsHighSurrogate(line[Longest - 1]) ? Longest - 1 : Longest)] + "…";
    }
}
