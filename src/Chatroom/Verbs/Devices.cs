using System.CommandLine;
using Chatroom.Cli;
using Chatroom.Cli.Text;

namespace Chatroom.Verbs;

/// <summary><c>chatroom devices</c>: where one is signed in.</summary>
internal static class Devices
{
    public static Command Command()
    {
        var command = new ClientCommand("devices", "Lists your devices and bot tokens: id, kind, state, last use, name, program. `*` is this device.", "chatroom devices");
        var json = command.Add(JsonLine.Option());
        return command.Does(async (session, parsed) =>
        {
            foreach (var one in await session.Client.Security.DevicesAsync(session.Stop))
            {
                var state = (one.Current == true ? "*" : "") + (one.Online == true ? "online" : "-");
                Console.WriteLine(parsed.GetValue(json)
                    ? JsonLine.Of(one)
                    : $"{one.Id,-15}  {one.Kind,-6}  {state,-7}  {EntryWords.Time(one.LastUsed),-16}  {Sanitizer.Line(one.Name)}  {Sanitizer.Line(one.Client)}".TrimEnd());
            }

            return ExitCodes.Done;
        });
    }
}
