using System.CommandLine;
using Chatroom.Cli;
using Chatroom.Cli.Text;
using Chatroom.Client;

namespace Chatroom.Verbs;

/// <summary><c>chatroom admin</c>: accounts of the server, over the network.</summary>
internal static class Admin
{
    public static Command Command() => new("admin", "Administers the accounts of a server over the network (owners and admins of the server; `chatroom user` does it at a stopped one).")
    {
        Users(),
        Role(),
        PersonVerbs.Verb("disable", "Refuses sign-ins of an account and signs it out.", "chatroom admin disable mallory", (session, person) => session.Client.Admin.DisableAsync(person, true, session.Stop), saysDone: true),
        PersonVerbs.Verb("enable", "Allows sign-ins of a disabled account again.", "chatroom admin enable mallory", (session, person) => session.Client.Admin.DisableAsync(person, false, session.Stop), saysDone: true),
        Delete(),
        PersonVerbs.Verb("reset-password", "Gives an account a new password (asked for, or CHATROOM_NEW_PASSWORD) and signs all its devices out.", "chatroom admin reset-password bob",
            (session, person) => session.Client.Admin.ResetPasswordAsync(person, Secrets.NewPassword(session.Strings, session.Strings["ask.new-password"], "CHATROOM_NEW_PASSWORD"), session.Stop), saysDone: true),
        Invite(),
        Invites(),
        RevokeInvite(),
        Audit(),
    };

    private static Command Users()
    {
        var command = new ClientCommand("users", "Lists all accounts: id, role, made when, state, name.", "chatroom admin users --json");
        var json = command.Add(JsonLine.Option());
        return command.Does(async (session, parsed) =>
        {
            string? cursor = null;
            do
            {
                var page = await session.Client.Admin.UsersAsync(cursor, cancellationToken: session.Stop);
                foreach (var user in page.Users)
                {
                    var state = user.Deleted == true ? "deleted" : user.Disabled == true ? "disabled" : user.Online == true ? "online" : "-";
                    Console.WriteLine(parsed.GetValue(json)
                        ? JsonLine.Of(user)
                        : $"{user.Id,-15}  {user.ServerRole,-6}  {EntryWords.Time(user.Created),-16}  {state,-8}  {Sanitizer.Line(user.Name)}".TrimEnd());
                }

                cursor = page.Next;
            }
            while (cursor is not null);
            return ExitCodes.Done;
        });
    }

    private static Command Role()
    {
        var command = new ClientCommand("role", "Makes an account owner, admin or member of the server.", "chatroom admin role bob admin");
        var person = command.Add(PersonVerbs.Argument());
        var role = command.Add(new Argument<string>("ROLE") { Description = "owner, admin or member." });
        return command.Does(async (session, parsed) =>
        {
            await session.Client.Admin.SetRoleAsync(Session.Person(parsed.GetValue(person)!), parsed.GetValue(role)!, session.Stop);
            Console.WriteLine(session.Strings["admin.done"]);
            return ExitCodes.Done;
        });
    }

    private static Command Delete()
    {
        var command = new ClientCommand("delete", "Deletes an account: its name and password are erased, its name is never used again, its messages stay. On a terminal the name is asked for once more.",
            "chatroom admin delete mallory\nchatroom admin delete mallory --yes");
        var person = command.Add(PersonVerbs.Argument());
        var yes = command.Add(new Option<bool>("--yes") { Description = "Do not ask." });
        return command.Does(async (session, parsed) =>
        {
            var name = parsed.GetValue(person)!;
            if (!parsed.GetValue(yes) && Secrets.IsTerminal)
            {
                Console.Error.Write(session.Strings["ask.delete", Sanitizer.Line(name)]);
                if (Console.ReadLine()?.Trim() != name)
                {
                    throw new CliException(ExitCodes.Failed, session.Strings["ask.not-deleted"]);
                }
            }

            await session.Client.Admin.DeleteAsync(Session.Person(name), session.Stop);
            Console.WriteLine(session.Strings["admin.done"]);
            return ExitCodes.Done;
        });
    }

    private static Command Invite()
    {
        var command = new ClientCommand("invite", "Makes an invitation to register and prints its code.", "chatroom admin invite --uses 20 --days 14");
        var uses = command.Add(new Option<int?>("--uses") { HelpName = "N", Description = "How many may register with it: 1 to 1000. Default 1." });
        var days = command.Add(new Option<int?>("--days") { HelpName = "N", Description = "Days until it expires: 1 to 365. Default 7." });
        return command.Does(async (session, parsed) =>
        {
            Console.WriteLine((await session.Client.Admin.CreateInviteAsync(parsed.GetValue(uses), parsed.GetValue(days), session.Stop)).Code);
            return ExitCodes.Done;
        });
    }

    private static Command Invites()
    {
        var command = new ClientCommand("invites", "Lists the invitations that still let somebody in: id, until when, how many more may use it, by whom. Their codes are told only once.", "chatroom admin invites");
        var json = command.Add(JsonLine.Option());
        return command.Does(async (session, parsed) =>
        {
            foreach (var invite in await session.Client.Admin.InvitesAsync(session.Stop))
            {
                Console.WriteLine(parsed.GetValue(json)
                    ? JsonLine.Of(invite)
                    : $"{invite.Id,-15}  {EntryWords.Time(invite.Expires),-16}  {invite.UsesLeft,4}  {Name(invite.By)}".TrimEnd());
            }

            return ExitCodes.Done;
        });
    }

    private static Command RevokeInvite()
    {
        var command = new ClientCommand("revoke-invite", "Ends an invitation: nobody registers with it any more.", "chatroom admin revoke-invite i0m4c8v2kq9rtz");
        var id = command.Add(new Argument<string>("ID") { Description = "As `chatroom admin invites` lists it." });
        return command.Does(async (session, parsed) =>
        {
            await session.Client.Admin.RevokeInviteAsync(parsed.GetValue(id)!, session.Stop);
            Console.WriteLine(session.Strings["admin.done"]);
            return ExitCodes.Done;
        });
    }

    private static Command Audit()
    {
        var command = new ClientCommand("audit", "Prints the audit log, newest first: time, who (console: at the server's machine), what, about whom.", "chatroom admin audit --count 20");
        var count = command.Add(new Option<int>("--count") { HelpName = "N", Description = "At most so many lines.", DefaultValueFactory = _ => 100 });
        var json = command.Add(JsonLine.Option());
        return command.Does(async (session, parsed) =>
        {
            var left = parsed.GetValue(count);
            for (string? cursor = null; left > 0;)
            {
                var page = await session.Client.Admin.AuditAsync(cursor, Math.Min(left, 200), session.Stop);
                foreach (var line in page.Lines)
                {
                    left--;
                    Console.WriteLine(parsed.GetValue(json)
                        ? JsonLine.Of(line)
                        : $"{EntryWords.Time(line.Time),-16}  {Name(line.Actor) ?? "console"}  {Sanitizer.Line(line.Action)}  {Name(line.Subject)}  {Sanitizer.Line(line.Room)}  {Sanitizer.Line(line.Detail)}".TrimEnd());
                }

                if ((cursor = page.Next) is null)
                {
                    break;
                }
            }

            return ExitCodes.Done;
        });
    }

    private static string? Name(Protocol.Messages.AccountInfo? person) => person is null ? null : Sanitizer.Line(person.Name ?? person.Id);
}
