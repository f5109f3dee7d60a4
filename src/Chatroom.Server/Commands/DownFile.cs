using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Files;

namespace Chatroom.Server.Commands;

/// <summary>DOWNFILE: a link to a file that needs no header, for whoever may see the file now; that is asked again at every fetch.</summary>
internal static class DownFile
{
    public static async Task<Reply> Handle(Request<DownFileRequest> request)
    {
        var core = request.Core;
        var found = await core.Store.ReadAsync(store => VisibleFile.Find(core, store, request.Caller, request.Body.File));
        if (found is not { Names: { } names })
        {
            return Reply.Refuse(Code.DownFileError, found is null ? "There is no such file, or you may not see it." : "The file was recalled.", "file");
        }

        var (path, expires) = FileLinks.Make(core, found.Row.Id, request.Caller.Device);
        return Reply.Of(Code.DownFileSuccess, new FileLink { Path = path, Expires = expires, File = Uploads.InfoOf(found.Row, names) });
    }
}
