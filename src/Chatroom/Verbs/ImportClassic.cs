using System.CommandLine;
using Chatroom.Cli;
using Chatroom.Cli.Text;
using Chatroom.Server.Maintenance.ClassicImport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatroom.Verbs;

/// <summary><c>chatroom import-classic</c>: the database of Chatroom 2.0 moves in.</summary>
internal static class ImportClassic
{
    public static Command Command()
    {
        var command = new Command("import-classic", """
            Moves the database of Chatroom 2.0 in: people with their passwords, the lobby with its files, friends, private chats.
            The server must be stopped; a data folder that is not there yet is made. The old file is only read.
            Cut off or run again, it goes on where it was and adds nothing twice. Prints what came over, and what did not and why.
            The lobby's history enters only a lobby in which nobody has written yet.
            Exit code 0 when done, 1 when the lobby's history was kept out or something failed.

            Examples:
              chatroom import-classic database.db --dry-run
              chatroom import-classic database.db --data /srv/chat --time-zone Asia/Shanghai
            """);
        var file = new Argument<string>("database") { Description = "The database.db of Chatroom 2.0." };
        var zone = new Option<string>("--time-zone")
        {
            HelpName = "ID",
            Description = "Time zone of the machine Chatroom 2.0 ran on, whose times have none: such as Asia/Shanghai, UTC, or local.",
            DefaultValueFactory = _ => "local",
        };
        var dry = new Option<bool>("--dry-run") { Description = "Say what would come over, and write nothing of it. (A data folder of an older version is brought up to date.)" };
        command.Arguments.Add(file);
        command.Options.Add(zone);
        command.Options.Add(dry);
        var options = new ServerOptions(command, "data", "master-key", "max-file-size", "password-memory-kib", "password-passes");
        command.SetAction((parsed, cancellation) => ServerOptions.RunAsync(parsed, async () =>
        {
            try
            {
                var request = new ClassicImportRequest(parsed.GetValue(file)!, ClassicTimes.Find(parsed.GetValue(zone)!), parsed.GetValue(dry));
                return await RunAsync(request, options.Read(parsed), cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync("chatroom: stopped. Run it again to go on.");
                return ExitCodes.Interrupted;
            }
        }));
        return command;
    }

    private static async Task<int> RunAsync(ClassicImportRequest request, Server.ChatServerOptions options, CancellationToken cancellation)
    {
        await Console.Error.WriteLineAsync($"Times are read as those of {request.Zone.Id}.");
        if (request.Zone == TimeZoneInfo.Local && !ClassicTimes.MachineKnowsZones)
        {
            await Console.Error.WriteLineAsync("This machine has no time zone data, so that is UTC. If it is not right, install its package tzdata and come again.");
        }

        var report = await ClassicImporter.RunAsync(request, options, NullLogger.Instance, line => Console.Error.WriteLine(line), cancellation);
        if (request.DryRun)
        {
            Console.WriteLine("Dry run: nothing was written. It would be so:");
        }

        foreach (var line in report.Lines())
        {
            Console.WriteLine(Sanitizer.Line(line));
        }

        return report.LobbyRefused ? ExitCodes.Failed : ExitCodes.Done;
    }
}
