using System.CommandLine;
using Chatroom.Server.Maintenance;

namespace Chatroom.Verbs;

/// <summary><c>chatroom rekey</c>: another master key.</summary>
internal static class Rekey
{
    public static Command Command()
    {
        var command = new Command("rekey", """
            Changes the master key of a stopped server. The data key is wrapped under the new one, and what is written from now on is sealed under a new data key;
            nothing is rewritten, so it takes a moment. The former key file stays beside the new one: backups made before are opened by it.
            Cut off at any moment, run it again with the same options. Exit code 0 when done, 1 when something is wrong.

            A key file is changed in its place only when it is named: the default one may be that of other data folders too, and these would no longer open.

            Examples:
              chatroom rekey --data /srv/chat --master-key /etc/chatroom/master.key
              chatroom rekey --data /srv/chat --new-master-key /etc/chatroom/srv.key
              chatroom rekey --data /srv/chat --new-master-key passphrase
              chatroom rekey --data /srv/chat --master-key passphrase --new-master-key /etc/chatroom/master.key
            """);
        var next = new Option<string?>("--new-master-key")
        {
            HelpName = "FILE|passphrase",
            Description = "What opens the data from now on: a file (made when it is not there), or a passphrase (CHATROOM_NEW_PASSPHRASE, or asked for). Default: another key of the same kind, in the same place.",
        };
        command.Options.Add(next);
        var options = new ServerOptions(command, "data", "master-key");
        command.SetAction((parsed, _) => ServerOptions.RunAsync(parsed, () =>
        {
            var settings = options.Read(parsed);
            var report = Rekeying.Run(settings, parsed.GetValue(next), isNew => ServerOptions.Passphrase(isNew, "CHATROOM_NEW_PASSPHRASE"));
            Console.WriteLine(report.Resumed
                ? $"A change that had been cut off is finished. {report.Key} opens the data now (epoch {report.Epoch})."
                : $"{report.Key} opens the data now; epoch {report.Epoch} seals from here on. Keep a copy of it, apart from the backups.");
            if (report.Former is { } former)
            {
                Console.WriteLine($"""
                    The former key is in {former}: backups made before are opened by it, and by it only. Remove it when none of them is left and no other data folder has its key there.
                    If somebody else has that key, they can read what they have copied, and what was written before now in any copy for which they also have an older keyring.json.
                    """);
                if (settings.KeySource.File is { } file && file != former)
                {
                    Console.WriteLine($"""
                        WARNING: other data folders that had their key in {file} are opened by the former one only. Bring each to the new one:
                          chatroom rekey --data FOLDER --master-key {former} --new-master-key {file}
                        """);
                }
            }

            return Task.FromResult(0);
        }));
        return command;
    }
}
