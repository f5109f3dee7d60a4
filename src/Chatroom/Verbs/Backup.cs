using System.CommandLine;
using Chatroom.Cli;
using Chatroom.Server.Maintenance.Backups;

namespace Chatroom.Verbs;

/// <summary><c>chatroom backup</c>: a copy of the data folder, while the server runs.</summary>
internal static class Backup
{
    public static Command Command()
    {
        var command = new Command("backup", """
            Copies the data folder while the server runs (or not): database, files, key ring, certificate, all sealed as they are on disk.
            It needs no key, and the master key is not in it: keep that apart, for without it the backup cannot be read.
            Everything that was acknowledged before it began is in it. Nothing is overwritten; cut off, it leaves nothing with the backup's name.
            A name that ends in .tar makes one file. Exit code 0 when done, 1 when something failed or was missing, 130 when interrupted.

            Examples:
              chatroom backup --data /srv/chat --to /backup/chatroom-2026-11-23
              chatroom backup --data /srv/chat --to /backup/chatroom-2026-11-23.tar
            """);
        var to = new Option<string>("--to") { HelpName = "FOLDER|FILE.tar", Description = "Where to; nothing may be there yet.", Required = true };
        command.Options.Add(to);
        var options = new ServerOptions(command, "data");
        command.SetAction((parsed, cancellation) => ServerOptions.RunAsync(parsed, async () =>
        {
            try
            {
                var report = await BackupMaker.RunAsync(options.Read(parsed).Data, parsed.GetValue(to)!, line => Console.Error.WriteLine(line), cancellation);
                return Say(report);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync("chatroom: stopped. Nothing was kept.");
                return ExitCodes.Interrupted;
            }
        }));
        return command;
    }

    private static int Say(BackupReport report)
    {
        var manifest = report.Manifest;
        Console.WriteLine($"""
            Backup made: {report.Path}
            state of {manifest.Made:yyyy-MM-dd HH:mm:ss} UTC; database {BackupSpace.Size(manifest.DatabaseBytes)}, {manifest.Files} files with {BackupSpace.Size(manifest.FileBytes)}

            The master key is NOT in it, and without the key nobody can read it. Keep a copy of the key, but not in the same place:
            whoever has both can read everything. To try the backup: chatroom restore {report.Path} --data NEW-FOLDER
            """);
        foreach (var id in manifest.Missing)
        {
            Console.Error.WriteLine($"chatroom: the content of file {id} is missing in the data folder, and so in the backup.");
        }

        return manifest.Missing.Length == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }
}
