using System.Globalization;
using Chatroom.Cli.Text;
using Chatroom.Client;
using Chatroom.Protocol.Messages;

namespace Chatroom.Cli.LineMode;

/// <summary>News that are no entries of a room: who came and went, friends, invitations, the connection.</summary>
internal sealed class ChatNews(Session session, ChatScreen chat)
{
    private const int NamesInANotice = 5;

    private readonly Strings _strings = session.Strings;
    private readonly HashSet<string> _invited = [.. session.Client.Invitations.Select(one => one.Group.Id)];
    private bool _isLost;

    // Who is there at sign-in did not come just now.
    private bool _isSyncing = true;

    public void Welcome()
    {
        var client = session.Client;
        chat.Say("chat.welcome", Sanitizer.Line(client.Account!.Name), session.Settings.Server, client.Online.Total);
        if (client.Outbox.Count > 0)
        {
            chat.Say("chat.from-last-time", client.Outbox.Count);
        }

        foreach (var room in client.Rooms.Where(room => room.Unread > 0))
        {
            chat.Say("chat.unread-in", room.Unread, RoomNames.Say(room));
        }

        foreach (var invitation in client.Invitations)
        {
            Tell(invitation);
        }
    }

    public void Tell(ChatChange change)
    {
        switch (change)
        {
            case ConnectionChanged { State.Phase: ConnectionPhase.Online }:
                _isSyncing = false;
                if (_isLost)
                {
                    _isLost = false;
                    chat.Say("chat.back");
                }

                break;
            case ConnectionChanged { State.Phase: ConnectionPhase.WaitingToRetry }:
                if (!_isLost)
                {
                    _isLost = true;
                    chat.Problem(_strings["chat.lost"]);
                }

                break;
            case ConnectionChanged { State.Phase: ConnectionPhase.Syncing }:
                _isSyncing = true;
                break;
            case HistoryReplaced:
                chat.Problem(_strings["chat.restored"]);
                chat.Forget();
                break;
            case Synchronized:
                chat.Remember();
                break;
            case PresenceChanged presence when !_isSyncing:
                People("chat.online", presence.Came, presence.Count);
                People("chat.offline", presence.Went, presence.Count);
                break;
            case FriendAddedNotice notice:
                chat.Say("chat.added-you", Sanitizer.Line(notice.Person.Name));
                break;
            case InvitationsChanged:
                foreach (var invitation in session.Client.Invitations.Where(one => _invited.Add(one.Group.Id)))
                {
                    Tell(invitation);
                }

                _invited.IntersectWith(session.Client.Invitations.Select(one => one.Group.Id));
                break;
            case RoomRemoved removed:
                if (removed.Room == chat.Current)
                {
                    chat.Left(removed.Room);
                }
                else if (!chat.WasToldOf(removed.Room))
                {
                    chat.Say("chat.no-longer-in", RoomNames.Say(removed.Room));
                }

                break;
            case RoomChanged changed:
                chat.Changed(changed.Room);
                break;
            case ProblemOccurred problem:
                chat.Problem(Sanitizer.Line(problem.Error.Message));
                break;
        }
    }

    private void Tell(Invitation invitation) =>
        chat.Say("chat.invited", Sanitizer.Line(invitation.From?.Name), Sanitizer.Line(invitation.Group.Name));

    private void People(string key, IReadOnlyList<AccountInfo> people, int count)
    {
        var others = people.Where(person => person.Id != session.Client.Account?.Id).Select(person => Sanitizer.Line(person.Name)).ToArray();
        if (others.Length == 0)
        {
            return;
        }

        var more = Math.Max(count, others.Length) - Math.Min(others.Length, NamesInANotice);
        var names = string.Join(", ", others.Take(NamesInANotice));
        chat.Say(key, others.Length <= NamesInANotice ? names : names + " +" + more.ToString(CultureInfo.InvariantCulture));
    }
}
