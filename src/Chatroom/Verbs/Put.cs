using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Chatroom.Cli;
using Chatroom.Cli.Connecting;
using Chatroom.Cli.Text;
using Chatroom.Client;

namespace Chatroom.Verbs;

/// <summary><c>chatroom put</c>: a file is sent to a room.</summary>
internal static class Put
{
    public static Command Command()
    {
        var command = new ClientCommand("put", """
            Sends a file to a room and prints its seq and id. A lost connection is made good by itself; a run that was ended goes on where it was when the same
            command is given again (the server keeps unfinished uploads for a day).
            """, "chatroom put --room lobby photo.jpg\nchatroom put --to alice report.pdf", timeout: 0);
        var room = new RoomChoice(command, "--to");
        var file = command.Add(new Argument<string>("FILE") { Description = "The file." });
        var type = command.Add(new Option<string?>("--type") { HelpName = "TYPE", Description = "Media type, a hint for others." });
        Pending? pending = null;
        return command.Does(async (session, parsed) =>
        {
            await using var content = new FileStream(parsed.GetValue(file)!, FileMode.Open, FileAccess.Read, FileShare.Read);
            var name = Path.GetFileName(content.Name);
            var entry = await session.Client.Files.UploadAsync(room.Destination(session, parsed), name, content, parsed.GetValue(type), new TransferLine(name), pending!.ClientId, session.Stop);
            pending.Forget();
            Console.WriteLine($"{entry.Seq.ToString(CultureInfo.InvariantCulture)} {entry.File?.Id}");
            return ExitCodes.Done;
        }, (settings, parsed) =>
        {
            pending = Pending.Open(settings, parsed.GetValue(file)!, room.Given(parsed));
            return settings;
        });
    }

    /// <summary>
    /// The client id of an upload under way, kept until it is done: the same file to the same place again is then the same upload. It is found by
    /// what the file is; a changed file is another upload.
    /// </summary>
    private sealed record Pending(string ClientId, string Path)
    {
        public static Pending Open(ConnectionSettings settings, string file, string place)
        {
            var info = new FileInfo(file);
            if (!info.Exists)
            {
                throw new CliException(ExitCodes.Failed, settings.Strings["file.missing", Sanitizer.Line(file)]);
            }

            var what = $"{settings.Token ?? settings.KnownUser}\n{place}\n{info.FullName}\n{info.Length}\n{info.LastWriteTimeUtc.Ticks}";
            var path = System.IO.Path.Combine(settings.Profile.Uploads(), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what))));
            if (!File.Exists(path))
            {
                File.WriteAllText(path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
            }

            return new Pending(File.ReadAllText(path), path);
        }

        public void Forget() => File.Delete(Path);
    }
}
