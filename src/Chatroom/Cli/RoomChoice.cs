using System.CommandLine;
using Chatroom.Client;

namespace Chatroom.Cli;

/// <summary>The options that say which room, or whose private chat, a verb is about.</summary>
internal sealed class RoomChoice
{
    private readonly Option<string?> _room = new("--room") { HelpName = "NAME", Description = "A group's name, `lobby`, or a room's id. Ambiguous names are refused." };
    private readonly Option<string?> _person;

    /// <param name="person"><c>--to</c> or <c>--with</c>.</param>
    /// <param name="isOptional">Neither may be given: all rooms.</param>
    public RoomChoice(ClientCommand command, string person, bool isOptional = false)
    {
        _person = new Option<string?>(person) { HelpName = "USER", Description = "The private chat with this person, in place of --room." };
        command.Options.Add(_room);
        command.Options.Add(_person);
        command.Validators.Add(result =>
        {
            var given = (result.GetValue(_room) is null ? 0 : 1) + (result.GetValue(_person) is null ? 0 : 1);
            if (given > 1 || (given == 0 && !isOptional))
            {
                result.AddError(command.StringsOf(result)["usage.room", person]);
            }
        });
    }

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_room) is not null || parsed.GetValue(_person) is not null;

    public Destination Destination(Session session, ParseResult parsed) => parsed.GetValue(_person) is { } person
        ? Client.Destination.Person(person)
        : session.Room(parsed.GetValue(_room)!);

    /// <summary>What was given, to tell one place from another.</summary>
    public string Given(ParseResult parsed) => parsed.GetValue(_person) is { } person ? "to " + person : "room " + parsed.GetValue(_room);

    /// <summary>The room itself; a private chat is opened when there is none yet.</summary>
    public async Task<RoomView> RoomAsync(Session session, ParseResult parsed) => parsed.GetValue(_person) is { } person
        ? await session.Client.People.OpenPrivateAsync(Session.Person(person), session.Stop)
        : session.Room(parsed.GetValue(_room)!);
}
