using System.CommandLine;
using Chatroom.Server.Maintenance;

namespace Chatroom.Verbs;

/// <summary><c>chatroom doctor</c>: what is wrong with this installation, in words.</summary>
internal static class Doctor
{
    public static Command Command()
    {
        var command = new Command("doctor", """
            Says in words what is wrong with this installation: what `chatroom serve` would refuse at its start (folder, rights, keys, database, certificate, ports),
            and what it would put up with (little space, limits of the system). Run it as the account that runs the server. Changes nothing.
            Exit code 0 when nothing is wrong, 1 otherwise.

            Example:
              chatroom doctor --data /srv/chat
            """);
        var options = new ServerOptions(command);
        command.SetAction((parsed, _) => ServerOptions.RunAsync(parsed, () =>
        {
            var findings = Examination.Run(options.Read(parsed));
            foreach (var finding in findings)
            {
                Console.WriteLine($"{(finding.IsWrong ? "WRONG" : "ok   ")}  {finding.Text}");
            }

            return Task.FromResult(findings.Any(f => f.IsWrong) ? 1 : 0);
        }));
        return command;
    }
}
