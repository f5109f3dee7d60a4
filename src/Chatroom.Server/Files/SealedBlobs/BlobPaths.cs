using Chatroom.Server.Storage;

namespace Chatroom.Server.Files;

/// <summary>
/// The names of a blob on disk. The path ends in the file's id and never holds a name a person gave: the finished blob lies there,
/// an upload under the same path with <c>.part</c> (its full chunks) and <c>.tail</c> (the unfinished chunk's pieces).
/// </summary>
public static class BlobPaths
{
    internal static string Part(string path) => path + ".part";

    internal static string Tail(string path) => path + ".tail";

    /// <summary>Whether the finished blob is there: its length and SHA-256 have been verified before it got this name.</summary>
    public static bool IsComplete(string path) => File.Exists(path);

    /// <summary>Whether an upload was begun and not completed.</summary>
    public static bool IsUnfinished(string path) => File.Exists(Part(path));

    /// <summary>Removes what is left of an upload, durable on return; a finished blob stays.</summary>
    public static void Discard(string path)
    {
        File.Delete(Part(path));
        Durable.Delete(Tail(path));
    }

    /// <summary>Removes the blob, finished or not, durable on return; nothing to remove is no error.</summary>
    public static void Erase(string path)
    {
        File.Delete(path);
        Discard(path);
    }
}
