using System.CommandLine;
using System.Globalization;
using Chatroom.Cli;
using Chatroom.Cli.Text;
using Chatroom.Client;
using Chatroom.Protocol.Messages;

namespace Chatroom.Verbs;

/// <summary><c>chatroom group</c>: groups are made, joined and run.</summary>
internal static class Group
{
    public static Command Command() => new("group", "Makes, finds, joins and runs groups.")
    {
        Create(),
        List(),
        Members(),
        Join(),
        InRoom("leave", "Leaves a group.", "chatroom group leave ops", async (session, room) => Seq(await session.Client.Groups.LeaveAsync(room, session.Stop))),
        Invitations(),
        Decline(),
        WithPerson("invite", "Invites a person.", "chatroom group invite ops bob", async (session, room, person, _) =>
        {
            await session.Client.Groups.InviteAsync(room, person, session.Stop);
            return null;
        }),
        WithPerson("kick", "Removes a member (moderators; only members of a lower role).", "chatroom group kick ops bob",
            async (session, room, person, _) => Seq(await session.Client.Groups.RemoveMemberAsync(room, person, session.Stop))),
        WithPerson("role", "Gives a member a role (owners).", "chatroom group role ops bob moderator",
            async (session, room, person, role) => Seq(await session.Client.Groups.SetRoleAsync(room, person, role!, session.Stop)), takesRole: true),
        WithText("rename", "Gives a group another name (moderators).", "chatroom group rename ops operations",
            async (session, room, text) => Seq(await session.Client.Groups.RenameAsync(room, text, session.Stop))),
        WithText("topic", "Sets the topic, at most 1,024 bytes (moderators).", "chatroom group topic ops \"Who is on call: bob\"",
            async (session, room, text) => Seq(await session.Client.Groups.SetTopicAsync(room, text, session.Stop))),
        Options(),
    };

    private static Command Create()
    {
        var command = new ClientCommand("create", "Makes a group and prints its id. You own it.", "chatroom group create ops\nchatroom group create cooking --public --topic \"What we eat\"");
        var name = command.Add(new Argument<string>("NAME") { Description = "Name of the group." });
        var topic = command.Add(new Option<string?>("--topic") { HelpName = "TEXT", Description = "At most 1,024 bytes." });
        var open = command.Add(new Option<bool>("--public") { Description = "Listed, and anyone may join. Default: private, by invitation." });
        var history = command.Add(History());
        return command.Does(async (session, parsed) =>
        {
            var room = await session.Client.Groups.CreateAsync(parsed.GetValue(name)!, parsed.GetValue(topic), parsed.GetValue(open), parsed.GetValue(history), session.Stop);
            Console.WriteLine(room.Id);
            return ExitCodes.Done;
        });
    }

    private static Command List()
    {
        var command = new ClientCommand("list", "Lists the public groups: id, members, whether you are in it, name, topic.", "chatroom group list");
        var json = command.Add(JsonLine.Option());
        return command.Does(async (session, parsed) =>
        {
            string? cursor = null;
            do
            {
                var page = await session.Client.Groups.PublicAsync(cursor, cancellationToken: session.Stop);
                foreach (var group in page.Groups)
                {
                    Console.WriteLine(parsed.GetValue(json)
                        ? JsonLine.Of(group)
                        : $"{group.Id,-15}  {group.MemberCount,6}  {(group.Member == true ? "in" : "-"),-2}  {Sanitizer.Line(group.Name)}  {Sanitizer.Line(group.Topic)}".TrimEnd());
                }

                cursor = page.Next;
            }
            while (cursor is not null);
            return ExitCodes.Done;
        });
    }

    private static Command Members()
    {
        var command = new ClientCommand("members", "Lists the members of a room: id, role, online or not, name.", "chatroom group members ops");
        var room = command.Add(Room());
        var json = command.Add(JsonLine.Option());
        return command.Does(async (session, parsed) =>
        {
            var id = session.Room(parsed.GetValue(room)!).Id;
            string? cursor = null;
            do
            {
                var page = await session.Client.Groups.MembersAsync(id, cursor, cancellationToken: session.Stop);
                foreach (var member in page.Members)
                {
                    Console.WriteLine(parsed.GetValue(json)
                        ? JsonLine.Of(member)
                        : $"{member.Id,-15}  {member.Role,-9}  {(member.Online == true ? "online" : "-"),-6}  {Sanitizer.Line(member.Name)}");
                }

                cursor = page.Next;
            }
            while (cursor is not null);
            return ExitCodes.Done;
        });
    }

    private static Command Join()
    {
        var command = new ClientCommand("join", "Joins a public group by name or id, or one you are invited to.", "chatroom group join cooking");
        var room = command.Add(Room());
        return command.Does(async (session, parsed) =>
        {
            var text = parsed.GetValue(room)!;
            var invited = Invited(session, text);
            var joined = invited is not null ? await session.Client.Groups.JoinAsync(invited, session.Stop)
                : text.StartsWith("id:", StringComparison.Ordinal) ? await session.Client.Groups.JoinAsync(text[3..], session.Stop)
                : await session.Client.Groups.JoinByNameAsync(text, session.Stop);
            Console.WriteLine(joined.Id);
            return ExitCodes.Done;
        });
    }

    private static Command Invitations() => new ClientCommand("invitations", "Lists the groups you are invited to: id, name, who invited. Accept with `group join`.", "chatroom group invitations")
        .Does((session, _) =>
        {
            foreach (var one in session.Client.Invitations)
            {
                Console.WriteLine($"{one.Group.Id,-15}  {Sanitizer.Line(one.Group.Name)}  {Sanitizer.Line(one.From?.Name)}");
            }

            return Task.FromResult(ExitCodes.Done);
        });

    private static Command Decline()
    {
        var command = new ClientCommand("decline", "Declines an invitation.", "chatroom group decline ops");
        var room = command.Add(Room());
        return command.Does(async (session, parsed) =>
        {
            var text = parsed.GetValue(room)!;
            await session.Client.Groups.DeclineInvitationAsync(Invited(session, text) ?? throw new CliException(ExitCodes.Failed, session.Strings["chat.no-invitation", Sanitizer.Line(text)]), session.Stop);
            return ExitCodes.Done;
        });
    }

    private static Command Options()
    {
        var command = new ClientCommand("options", "Makes a group public or private, and says what newcomers see (owners).", "chatroom group options ops --public false --history join");
        var room = command.Add(Room());
        var open = command.Add(new Option<bool?>("--public") { HelpName = "true|false", Description = "Listed, and anyone may join." });
        var history = command.Add(History());
        return command.Does(async (session, parsed) =>
        {
            Console.WriteLine(Seq(await session.Client.Groups.SetOptionsAsync(session.Room(parsed.GetValue(room)!).Id, parsed.GetValue(open), parsed.GetValue(history), session.Stop)));
            return ExitCodes.Done;
        });
    }

    /// <summary>The id of the group of an invitation, by its name or id.</summary>
    internal static string? Invited(Session session, string text)
    {
        var groups = session.Client.Invitations.Select(one => new NamedRoom(one.Group.Id, RoomKinds.Group, one.Group.Name, null)).ToArray();
        return groups.Any(group => group.Id == text || string.Equals(group.Name, text, StringComparison.OrdinalIgnoreCase)) ? RoomNames.Resolve(groups, text, session.Strings).Id : null;
    }

    private static Command InRoom(string name, string help, string example, Func<Session, string, Task<string?>> act)
    {
        var command = new ClientCommand(name, help, example);
        var room = command.Add(Room());
        return command.Does(async (session, parsed) => Print(await act(session, session.Room(parsed.GetValue(room)!).Id)));
    }

    private static Command WithText(string name, string help, string example, Func<Session, string, string, Task<string?>> act)
    {
        var command = new ClientCommand(name, help, example);
        var room = command.Add(Room());
        var text = command.Add(new Argument<string>("TEXT") { Description = "The new one." });
        return command.Does(async (session, parsed) => Print(await act(session, session.Room(parsed.GetValue(room)!).Id, parsed.GetValue(text)!)));
    }

    private static Command WithPerson(string name, string help, string example, Func<Session, string, PersonRef, string?, Task<string?>> act, bool takesRole = false)
    {
        var command = new ClientCommand(name, help, example);
        var room = command.Add(Room());
        var person = command.Add(PersonVerbs.Argument());
        var role = takesRole ? command.Add(new Argument<string>("ROLE") { Description = "owner, moderator or member." }) : null;
        return command.Does(async (session, parsed) => Print(await act(
            session, session.Room(parsed.GetValue(room)!).Id, Session.Person(parsed.GetValue(person)!), role is null ? null : parsed.GetValue(role))));
    }

    private static Argument<string> Room() => new("ROOM") { Description = "The group's name or id." };

    private static Option<string?> History() => new("--history") { HelpName = "all|join", Description = "Newcomers see everything, or what comes after their joining. Default for new groups: all when public, join when private." };

    private static string Seq(Entry entry) => entry.Seq.ToString(CultureInfo.InvariantCulture);

    private static int Print(string? line)
    {
        if (line is not null)
        {
            Console.WriteLine(line);
        }

        return ExitCodes.Done;
    }
}
