using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

/// <summary>Something in the client's state has changed. Unknown subtypes are to be ignored: more may come.</summary>
public abstract record ChatChange;

public sealed record ConnectionChanged(ConnectionState State) : ChatChange;

/// <summary>Everything that was missed is here; raised at each sign-in and reconnection.</summary>
public sealed record Synchronized : ChatChange;

/// <summary>
/// The server's history is another one than before: a backup was restored. Rooms hold nothing any more until <see cref="Synchronized"/>; seqs known from before
/// mean nothing. Entries later than those held before are told as missed.
/// </summary>
public sealed record HistoryReplaced : ChatChange;

public sealed record RoomAdded(RoomView Room) : ChatChange;

/// <summary>The person is no longer in the room; the view keeps what it had and changes no more.</summary>
public sealed record RoomRemoved(RoomView Room) : ChatChange;

/// <summary>Something visible in the room has changed: entries, unread count, name, pending sends.</summary>
public sealed record RoomChanged(RoomView Room) : ChatChange;

/// <summary>An entry was put at the room's new end, in order of seq, each once: also those that were missed while away, as far as they were not left to paging.</summary>
/// <param name="Live">It happened now; false while catching up.</param>
public sealed record EntryArrived(RoomView Room, Entry Entry, bool Live) : ChatChange;

/// <summary>A send was acknowledged or refused.</summary>
public sealed record SendChanged(Sent Send) : ChatChange;

public sealed record FriendsChanged : ChatChange;

/// <summary>Someone else added the person as a friend: news, shown once over all devices.</summary>
public sealed record FriendAddedNotice(AccountInfo Person, DateTimeOffset? Time) : ChatChange;

public sealed record BlocksChanged : ChatChange;

public sealed record InvitationsChanged : ChatChange;

public sealed record DevicesChanged : ChatChange;

public sealed record SettingsChanged : ChatChange;

/// <summary>
/// People came or went; <paramref name="Count"/> above the list's length means that more did than are named. Without any: the whole picture was
/// renewed, or somebody who stayed changed between an old and a new client. Also <see cref="Friend.IsOnline"/> may have changed.
/// </summary>
public sealed record PresenceChanged(IReadOnlyList<AccountInfo> Came, IReadOnlyList<AccountInfo> Went, int Count, int Total) : ChatChange;

/// <summary>Someone is typing; show it for a few seconds.</summary>
public sealed record PersonTyping(RoomView Room, string AccountId) : ChatChange;

/// <summary>The store failed, or a gap could not be filled; the client goes on.</summary>
public sealed record ProblemOccurred(Exception Error) : ChatChange;

public sealed record Friend(AccountInfo Person, string? AddedBy, DateTimeOffset? Time, bool IsOnline);

public sealed record Invitation(GroupInfo Group, AccountInfo? From, DateTimeOffset? Time);

/// <param name="Total">People online in all.</param>
/// <param name="Known">Those online whom the client knows of, by account id: friends and the first 100, and who came since.</param>
public sealed record OnlinePeople(int Total, IReadOnlyDictionary<string, AccountInfo> Known);

/// <param name="Accept">Who may write privately or add as a friend: <c>everyone</c> or <c>friends</c>.</param>
public sealed record AccountSettings(string Accept, string Classic = "allow");
