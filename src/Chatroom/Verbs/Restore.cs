using System.CommandLine;
using Chatroom.Cli;
using Chatroom.Server.Maintenance.Backups;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatroom.Verbs;

/// <summary><c>chatroom restore</c>: a data folder from a backup.</summary>
internal static class Restore
{
    public static Command Command()
    {
        var command = new Command("restore", """
            Makes a data folder from a backup of `chatroom backup`: an empty or a new folder only. The master key is tried first; then everything is copied
            and checked as by `chatroom verify`, and only when all is well does the folder become one. The backup is only read.
            What was said after the backup is lost. Exit code 0 when done, 1 when something is wrong (nothing is restored), 130 when interrupted.

            Examples:
              chatroom restore /backup/chatroom-2026-11-23.tar --data /srv/chat
              chatroom restore /backup/chatroom-2026-11-23 --data /srv/chat --master-key /root/chatroom.key
            """);
        var backup = new Argument<string>("backup") { Description = "Folder or file that `chatroom backup` made." };
        var even = new Option<bool>("--even-damaged") { Description = "Restore although the check found something wrong; it is printed." };
        command.Arguments.Add(backup);
        command.Options.Add(even);
        var options = new ServerOptions(command, "data", "master-key");
        command.SetAction((parsed, cancellation) => ServerOptions.RunAsync(parsed, async () =>
        {
            var settings = options.Read(parsed);
            try
            {
                var report = await Restorer.RunAsync(
                    parsed.GetValue(backup)!, settings, parsed.GetValue(even), NullLogger.Instance, line => Console.Error.WriteLine(line), cancellation);
                return Say(report, Path.GetFullPath(settings.Data));
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync("chatroom: stopped. Nothing was restored.");
                return ExitCodes.Interrupted;
            }
        }));
        return command;
    }

    private static int Say(RestoreReport report, string data)
    {
        if (report is not { Manifest: { } manifest, Verified: { } verified })
        {
            Console.WriteLine($"A restore into {data} had been cut off when everything was checked already. It is finished now.");
            return ExitCodes.Done;
        }

        foreach (var problem in verified.Problems)
        {
            Console.WriteLine(problem);
        }

        Console.WriteLine($"""
            Restored into {data}: {verified.Rooms} rooms, {verified.Entries} entries, {verified.Files} files; {(verified.Problems.Count == 0 ? "all is well" : "NOT well")}
            state of {manifest.Made:yyyy-MM-dd HH:mm:ss} UTC, made by version {manifest.Version}. What was said after that is not in it.
            Start the server with --data {data} and the same master key.
            """);
        return ExitCodes.Done;
    }
}
