using System.CommandLine;
using Chatroom.Server.Maintenance;
using Chatroom.Server.Sealing;
using Chatroom.Server.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatroom.Verbs;

/// <summary><c>chatroom verify</c>: whether what is on disk is what was written.</summary>
internal static class Verify
{
    public static Command Command()
    {
        var command = new Command("verify", """
            Checks the data folder of a stopped server: every room's chain and number of members, every reference, every stored file.
            Names the first bad entry. Exit code 0 when all is well, 1 when something is not.

            Example:
              chatroom verify --data /srv/chat
            """);
        var options = new ServerOptions(command, "data", "master-key");
        command.SetAction((parsed, cancellation) => ServerOptions.RunAsync(parsed, async () =>
        {
            var settings = options.Read(parsed);
            using var folder = DataFolder.Open(settings, create: false);
            var report = await Verifier.RunAsync(folder, settings, NullLogger.Instance, line => Console.Error.WriteLine(line), cancellation);
            foreach (var problem in report.Problems)
            {
                Console.WriteLine(problem);
            }

            Console.WriteLine($"{report.Rooms} rooms, {report.Entries} entries, {report.Files} files: {(report.Problems.Count == 0 ? "all is well" : "NOT well")}");
            return report.Problems.Count == 0 ? 0 : 1;
        }));
        return command;
    }
}
