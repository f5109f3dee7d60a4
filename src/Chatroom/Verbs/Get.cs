using System.CommandLine;
using Chatroom.Cli;
using Chatroom.Protocol.Messages;

namespace Chatroom.Verbs;

/// <summary><c>chatroom get</c>: a file of a room is fetched.</summary>
internal static class Get
{
    public static Command Command()
    {
        var command = new ClientCommand("get", """
            Fetches a file of a room, checks its SHA-256 and prints where it is. What came of an interrupted run stays beside it as .part, and the next run goes on there.
            """, "chatroom get --room lobby --name photo.jpg\nchatroom get --with alice --id f3cvx... -o report.pdf\nchatroom get --room lobby --id f3cvx... --link", timeout: 0);
        var room = new RoomChoice(command, "--with");
        var id = command.Add(new Option<string?>("--id") { HelpName = "ID", Description = "The file's id (`chatroom files` lists them)." });
        var name = command.Add(new Option<string?>("--name") { HelpName = "NAME", Description = "The file's name; the newest of that name." });
        var output = command.Add(new Option<string?>("-o", "--output") { HelpName = "PATH", Description = "File or folder to write to. Default: the file's own name, here." });
        var force = command.Add(new Option<bool>("--force") { Description = "Overwrite a file that is there already." });
        var link = command.Add(new Option<bool>("--link") { Description = "Fetch nothing: print an address that needs no sign-in, good for five minutes." });
        command.Validators.Add(result =>
        {
            if ((result.GetValue(id) is null) == (result.GetValue(name) is null))
            {
                result.AddError(command.StringsOf(result)["usage.file"]);
            }
        });
        return command.Does(async (session, parsed) =>
        {
            var (wantedId, wantedName) = (parsed.GetValue(id), parsed.GetValue(name));
            var file = await FileDownload.FindAsync(session.Client, (await room.RoomAsync(session, parsed)).Id, one => wantedId is not null ? one.Id == wantedId : one.Name == wantedName, session.Stop)
                ?? throw new CliException(ExitCodes.Failed, session.Strings["file.not-in-room"]);
            if (parsed.GetValue(link))
            {
                Console.WriteLine(new Uri(session.Settings.Server.Web, (await session.Client.Files.LinkAsync(file.Id, session.Stop)).Path));
                return ExitCodes.Done;
            }

            Console.WriteLine(await FileDownload.RunAsync(session, file, parsed.GetValue(output), parsed.GetValue(force), new TransferLine(file.Name)));
            return ExitCodes.Done;
        });
    }
}
