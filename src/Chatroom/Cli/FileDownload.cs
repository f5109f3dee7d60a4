using Chatroom.Cli.Text;
using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Server.Storage;
using WireFile = Chatroom.Protocol.Messages.FileInfo;

namespace Chatroom.Cli;

/// <summary>A file of a room, fetched into a file here.</summary>
internal static class FileDownload
{
    private const int PageSize = 200;

    /// <summary>The newest file of a room that is meant; null when there is none.</summary>
    public static async Task<WireFile?> FindAsync(ChatClient client, string room, Func<WireFile, bool> isMeant, CancellationToken cancellationToken)
    {
        long? before = null;
        do
        {
            var page = await client.FileHistoryAsync(room, before, PageSize, cancellationToken);
            if (page.Files.FirstOrDefault(entry => entry.File is { } file && isMeant(file)) is { } found)
            {
                return found.File;
            }

            before = page.Next;
        }
        while (before is not null);
        return null;
    }

    /// <summary>Fetches and checks a file. It appears under its name only when it is whole.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="CliException">There is a file already.</exception>
    public static async Task<string> RunAsync(Session session, WireFile file, string? output, bool overwrite, IProgress<TransferProgress>? progress)
    {
        var path = Target(file, output);
        Refuse(session.Strings, path, overwrite);

        // Named after the content too: a part of another file is never gone on with.
        var part = $"{path}.{file.Sha256[..12]}.part";
        await using (var target = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            try
            {
                await session.Client.Files.DownloadAsync(file, target, progress, session.Stop);
                await target.FlushAsync(session.Stop);
                Durable.FsyncFile(target.SafeFileHandle);
            }
            catch (Exception error) when (error is ChatException { Code: Code.HashMismatch } or SyncFailedException)
            {
                target.SetLength(0); // Nothing of it is to be gone on with.
                throw;
            }
        }

        Refuse(session.Strings, path, overwrite);
        File.Move(part, path, overwrite);
        return path;
    }

    /// <summary>Where a file goes: a path that was given, into a folder that was given, or under its own name here.</summary>
    public static string Target(WireFile file, string? output) =>
        output is null ? SafeName(file.Name) : Directory.Exists(output) ? Path.Combine(output, SafeName(file.Name)) : output;

    /// <summary>What another called a file, as a name in one folder: no folders, nothing hidden, nothing that looks like an option.</summary>
    public static string SafeName(string name)
    {
        var last = Sanitizer.Line(name).Split('/', '\\')[^1].Trim();
        var safe = string.Concat(last.Select(c => Path.GetInvalidFileNameChars().Contains(c) || c is ':' or '*' or '?' or '"' or '<' or '>' or '|' ? '_' : c));
        return safe.Length == 0 ? "file" : safe[0] is '.' or '-' ? "_" + safe : safe;
    }

    private static void Refuse(Strings strings, string path, bool overwrite)
    {
        if (Path.Exists(path) && !overwrite)
        {
            throw new CliException(ExitCodes.Failed, strings["file.kept", Sanitizer.Line(path)]);
        }
    }
}
