using System.CommandLine;
using System.Globalization;
using Chatroom.Cli;

namespace Chatroom.Verbs;

/// <summary><c>chatroom send</c>: one message, acknowledged or not.</summary>
internal static class Send
{
    public static Command Command()
    {
        var command = new ClientCommand("send", """
            Sends a message and prints its seq. Exit code 0 means: it is on the server's disk.
            When no acknowledgement came in time, the message may or may not be there: try again with the --client-id that is then named, and it is there once.
            Nothing is left to be sent later.
            """, """
            chatroom send --room lobby "Dinner is ready"
            uptime | chatroom send --to alice -
            chatroom send --room ops "disk full" --client-id $(openssl rand -hex 16) --timeout 10
            """);
        var room = new RoomChoice(command, "--to");
        var text = command.Add(new Argument<string>("TEXT") { Description = "The text, at most 16 KiB; `-` or nothing: standard input.", DefaultValueFactory = _ => "-" });
        var reply = command.Add(new Option<long?>("--reply-to") { HelpName = "SEQ", Description = "The message it replies to." });
        var mention = command.Add(new Option<string[]>("--mention") { HelpName = "NAME", Description = "A member of the room to mention; may be given several times." });
        var id = command.Add(new Option<string?>("--client-id") { HelpName = "HEX", Description = "32 lowercase hexadecimal digits, the same in every retry: the message is sent once." });
        command.Validators.Add(result =>
        {
            if (result.GetValue(id) is { } given && (given.Length != 32 || given.AsSpan().IndexOfAnyExcept("0123456789abcdef") >= 0))
            {
                result.AddError(command.StringsOf(result)["usage.client-id"]);
            }
        });
        return command.Does(async (session, parsed) =>
        {
            var given = parsed.GetValue(text)!;
            var content = given == "-" ? (await Console.In.ReadToEndAsync(session.Stop)).ReplaceLineEndings("\n").TrimEnd('\n') : given;
            var names = parsed.GetValue(mention) ?? [];
            var mentions = names.Length == 0 ? null : await new Mentions(session).NamedAsync((await room.RoomAsync(session, parsed)).Id, names, session.Stop);
            var sent = session.Client.SendText(room.Destination(session, parsed), content, parsed.GetValue(reply), mentions, parsed.GetValue(id));
            try
            {
                var entry = await session.AcknowledgedAsync(sent);
                Console.WriteLine(entry.Seq.ToString(CultureInfo.InvariantCulture));
                return ExitCodes.Done;
            }
            catch (OperationCanceledException)
            {
                var name = parsed.GetValue(id) ?? sent.ClientId;
                await Console.Error.WriteLineAsync($"chatroom: not acknowledged; it may have been sent or not. To make sure, without a doublet, send it again with --client-id {name}");
                throw;
            }
        }, (settings, parsed) => settings with { InputIsTaken = parsed.GetValue(text) == "-" });
    }
}
