using System.Text;
using Chatroom.Protocol.Messages;

namespace Chatroom.Server.Connections.Classic;

/// <summary>Histories as lines of three fields. A partial line ends the client's process at its start: only whole ones, shortened where they must be.</summary>
internal static class ClassicHistory
{
    // "501␍␊" + the number of characters, at most four digits + "␊␊".
    private const int LobbyRoom = ClassicMessage.Size - 5 - 4 - 2;

    /// <summary>501: newest first; long texts share what room there is.</summary>
    /// <param name="entries">Newest first.</param>
    public static string Lobby(IReadOnlyList<Entry> entries, ClassicPerson me)
    {
        var heads = entries.Select(e => $"{me.NameOf(e.Sender, e.SenderName)}\t{ClassicText.Time(e.Time)}\t").ToList();
        var texts = entries.Select(e => ClassicText.Field(e.Text ?? "")).ToList();
        const string End = "\t\r\n";
        var room = Shares(texts.ConvertAll(Encoding.UTF8.GetByteCount), LobbyRoom - heads.Sum(h => Encoding.UTF8.GetByteCount(h) + End.Length));
        var result = new StringBuilder();
        for (var i = 0; i < entries.Count; i++)
        {
            result.Append(heads[i]).Append(ClassicText.Shorten(texts[i], room[i])).Append(End);
        }

        return result.ToString();
    }

    /// <summary>292: the newest that fit, oldest first.</summary>
    /// <param name="entries">Newest first.</param>
    /// <param name="room">Bytes.</param>
    public static string Private(IReadOnlyList<Entry> entries, ClassicPerson me, int room)
    {
        const string Between = "\r\n";
        var lines = new List<string>();
        foreach (var entry in entries)
        {
            var head = $"{me.NameOf(entry.Sender, entry.SenderName)}\t{ClassicText.Time(entry.Time)}\t";
            var text = ClassicText.Field(entry.Text ?? entry.Emoji ?? $"(sent the file {entry.File?.Name})");
            var left = room - Encoding.UTF8.GetByteCount(head) - (lines.Count == 0 ? 0 : Between.Length);
            if (lines.Count > 0 && left < Encoding.UTF8.GetByteCount(text))
            {
                break;
            }

            text = ClassicText.Shorten(text, left);
            lines.Insert(0, head + text);
            room = left - Encoding.UTF8.GetByteCount(text);
        }

        return string.Join(Between, lines);
    }

    /// <summary>Divides room fairly: who needs less than an equal share gets what it needs, the others share the rest.</summary>
    private static int[] Shares(List<int> needs, int room)
    {
        var shares = new int[needs.Count];
        var open = Enumerable.Range(0, needs.Count).OrderBy(i => needs[i]).ToList();
        for (var i = 0; i < open.Count; i++)
        {
            shares[open[i]] = Math.Min(needs[open[i]], room / (open.Count - i));
            room -= shares[open[i]];
        }

        return shares;
    }
}
