using System.Text;

namespace Chatroom.Server.Storage;

/// <summary>
/// Names the history that a data folder holds. A backup has none: what was restored gets another at its first start, and a client that knows what came after the
/// backup learns that its numbers are of a history that is no more.
/// </summary>
internal static class HistoryId
{
    /// <summary>The id of the folder's history; made when there is none, or when what is there is none.</summary>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static string Of(string folder)
    {
        var path = Path.Combine(folder, "history.id");
        if (File.Exists(path) && File.ReadAllText(path).TrimEnd() is var id && Guid.TryParseExact(id, "N", out _))
        {
            return id;
        }

        var made = Guid.NewGuid().ToString("N");
        Durable.WriteFile(path, Encoding.ASCII.GetBytes(made + "\n"));
        return made;
    }
}
