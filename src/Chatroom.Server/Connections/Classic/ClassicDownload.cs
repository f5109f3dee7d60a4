using System.Text;
using System.Text.Unicode;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Files;
using Chatroom.Server.Sealing;
using Chatroom.Server.Sessions;
using FileInfo = Chatroom.Protocol.Messages.FileInfo;

namespace Chatroom.Server.Connections.Classic;

/// <summary>
/// 99: a file by its name. That client takes one message and writes it as text: a content that is valid UTF-8 and fits is given; for any other a short note under
/// another name, never a damaged file under its own.
/// </summary>
internal static class ClassicDownload
{
    private const int MostPages = 50;

    public static async Task HandleAsync(
        ChatCore core, Session session, ClassicSink sink, ClassicPerson me, string? name,
        Func<ClassicMessage, CancellationToken, ValueTask> answer, Func<string, CancellationToken, Task> say, CancellationToken cancellation)
    {
        if (name is not { Length: > 0 } || await FindAsync(sink, name, cancellation) is not { } file)
        {
            await answer(ClassicMessage.Of(Code.DownFileError), cancellation);
            return;
        }

        byte[]? content;
        try
        {
            content = await ContentAsync(core, session, file, ClassicMessage.Size - 5 - Encoding.UTF8.GetByteCount(name), cancellation);
        }
        catch (Exception e) when (e is SealingException or IOException)
        {
            core.Log.FileDamaged(file.Id, e);
            await answer(ClassicMessage.Of(Code.DownFileError), cancellation);
            return;
        }

        if (content is not null)
        {
            await answer(ClassicMessage.Download(name, content), cancellation);
            return;
        }

        // Short enough for any name, which has 255 bytes at most.
        var note = $"{file.Name} has {file.Size} bytes, which this client cannot take: it holds one short text only.\n"
            + $"Fetch it with the new client: chatroom get --room lobby --id {file.Id}\n\n这个文件请用新客户端下载。\n";
        await answer(ClassicMessage.Download(NoteName(name), ClassicMessage.Utf8(note)), cancellation);
        await say($"{file.Name} is too large or no text for this client. A note was saved in its place; the new client fetches the file.", cancellation);
    }

    /// <summary>The newest file of the lobby with this name.</summary>
    private static async Task<FileInfo?> FindAsync(ClassicSink sink, string name, CancellationToken cancellation)
    {
        long? before = null;
        for (var page = 0; page < MostPages; page++)
        {
            var request = new FileHistoryRequest { Room = Ids.Room(Ids.Lobby), Before = before, Limit = WireLimits.PageSize };
            var reply = await sink.AskAsync(Code.GetAllFileHistory, request, cancellation);
            if (reply.Code != Code.FileHistory)
            {
                return null;
            }

            var files = WireJson.Read<FilePage>(reply.Body.Span);
            if (files.Files.FirstOrDefault(f => ClassicText.FileName(f.File!.Name) == name) is { File: { } found })
            {
                return found;
            }

            if (files.Next is null)
            {
                return null;
            }

            before = files.Next;
        }

        return null;
    }

    /// <summary>The content, when it is text and fits.</summary>
    private static async Task<byte[]?> ContentAsync(ChatCore core, Session session, FileInfo file, int room, CancellationToken cancellation)
    {
        if (file.Size > room)
        {
            return null;
        }

        var visible = await core.Store.ReadAsync(store => VisibleFile.Find(core, store, session.Caller!, file.Id));
        if (visible is not { Names: not null })
        {
            return null;
        }

        using var reader = core.Files.OpenReader(visible.Row);
        var bytes = new byte[file.Size];
        await reader.ReadAsync(0, bytes, cancellation);
        core.Metrics.Sent(bytes.Length);
        return Utf8.IsValid(bytes) ? bytes : null;
    }

    private static string NoteName(string name)
    {
        const string Suffix = ".README.txt";
        const int Most = 120;
        var utf8 = ClassicMessage.Utf8(name);
        return Encoding.UTF8.GetString(utf8.AsSpan(0, Utf8Points.Cut(utf8, Most))) + Suffix;
    }
}
