using System.Text;
using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Web.Browser;

namespace Chatroom.Web.State;

// What the person writes: drafts, messages, replies, edits, reactions, files.
public sealed partial class Chat
{
    private readonly Dictionary<string, string> _drafts = new(StringComparer.Ordinal);

    /// <summary>The message that the next one answers.</summary>
    public MessageView? Replying { get; private set; }

    /// <summary>The message of one's own that gets another wording.</summary>
    public MessageView? Editing { get; private set; }

    public List<Upload> Uploads { get; } = [];

    public bool HasDraft(RoomView room) => _drafts.ContainsKey(room.Id);

    public int MaxText => Client.Server?.MaxText ?? WireLimits.TextBytes;

    /// <summary>Takes what was written; false gives it back.</summary>
    public bool Send(string text)
    {
        if (Current is not { } room)
        {
            return false;
        }

        var clean = text.Trim();
        var attached = Uploads.Where(upload => upload.Room == room && upload.State == UploadState.Chosen).ToArray();
        if (clean.Length == 0 && attached.Length == 0)
        {
            return Editing is null;
        }

        try
        {
            if (clean.Length > 0)
            {
                if (Editing is { } editing)
                {
                    Client.Edit(room.Id, editing.Seq, clean, Mentions.In(clean, MentionableIn(room)));
                }
                else
                {
                    Client.SendText(room, clean, Replying?.Seq, Mentions.In(clean, MentionableIn(room)));
                }
            }
        }
        catch (ChatException error)
        {
            // It is not empty, so it is too long.
            Toast(error.Code == Code.TextTooLarge ? Texts.Of("composer.too-long", Sizes.Text(MaxText)) : Texts.Of(error));
            return false;
        }

        (Replying, Editing) = (null, null);
        if (Rows is { HasNewest: false } rows)
        {
            rows.ToNewest();
        }

        KeepDraft(room, "");
        TellNow(Topics.Pending | Topics.Composer | Topics.Timeline);
        TimelineScroll.SetNewest(true);
        TimelineScroll.ToBottom();
        foreach (var upload in attached)
        {
            _ = upload.RunAsync();
        }

        AskAboutNotifications();
        return true;
    }

    // Members; before their list has come, everyone whose name is known here: what is sent is not sent again.
    private IEnumerable<(string Id, string Name)> MentionableIn(RoomView room) => MembersOf(room) is { Count: > 0 } members
        ? members.Where(member => member.Name is not null).Select(member => (member.Id, member.Name!))
        : _names.Select(known => (known.Key, known.Value));

    public void Reply(MessageView view)
    {
        (Replying, Editing) = (view, null);
        Tell(Topics.Composer);
        ComposerField.FocusAlways();
    }

    public void Edit(MessageView view)
    {
        (Replying, Editing) = (null, view);
        ComposerField.SetText(view.Text ?? "");
        Tell(Topics.Composer);
        ComposerField.FocusAlways();
    }

    /// <summary>The last text of one's own in the room shown.</summary>
    public void EditLast()
    {
        if (Current?.Entries.LastOrDefault(row => row is { Origin: Origin.Own, IsRecalled: false, Entry.Kind: EntryKinds.Text }) is { } last)
        {
            Edit(last);
        }
    }

    /// <summary>Gives up a reply or an edit. False when there was none.</summary>
    public bool CancelContext()
    {
        if (Replying is null && Editing is null)
        {
            return false;
        }

        if (Editing is not null)
        {
            ComposerField.SetText(Current is { } room ? _drafts.GetValueOrDefault(room.Id, "") : "");
        }

        (Replying, Editing) = (null, null);
        Tell(Topics.Composer);
        return true;
    }

    public void React(MessageView view, string emoji)
    {
        var on = !view.Reactions.Any(reaction => reaction.Emoji == emoji && reaction.Mine);
        Try(() => Client.React(view.Entry.Room, view.Seq, emoji, on));
    }

    public void Pin(MessageView view) => Try(() => Client.Pin(view.Entry.Room, view.Seq, !view.IsPinned));

    public void Recall(MessageView view) => Try(() => Client.Recall(view.Entry.Room, view.Seq));

    /// <summary>Taking back cannot be undone: the server erases the content.</summary>
    public void AskToRecall(MessageView view)
    {
        if (view.Origin == Origin.Own || (Current is { } room && Moderates(room)))
        {
            Confirm(Texts.Of("recall.title"), Texts.Of("recall.text", Summary.Of(view)), Texts.Of("recall.act"), () =>
            {
                Recall(view);
                return Task.CompletedTask;
            });
        }
    }

    /// <summary>Whether the person runs the room: takes back and pins what others wrote, renames, invites.</summary>
    public bool Moderates(RoomView room) => room.Kind switch
    {
        RoomKinds.Lobby => Manages,
        RoomKinds.Group => room.Role is Roles.Owner or Roles.Moderator,
        _ => false,
    };

    public void Retry(Sent failed)
    {
        Try(() => Client.Retry(failed));
        TellNow(Topics.Pending);
    }

    /// <summary>Files were chosen, pasted or dropped: they wait beside the field until the message is sent.</summary>
    public void Attach(string handles)
    {
        if (Current is not { } room)
        {
            return;
        }

        foreach (var handle in handles.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Uploads.Add(new Upload(this, room, new BrowserFile(int.Parse(handle, System.Globalization.CultureInfo.InvariantCulture))));
        }

        GuardUploads();
        Tell(Topics.Composer);
        ComposerField.Focus();
    }

    /// <summary>A closed tab would lose what has not gone out yet: no browser lets a page keep a file that was chosen.</summary>
    public void GuardUploads() => Page.Guard(Uploads.Any(upload => upload.CanRetry));

    public void Typed(string text)
    {
        if (Current is { } room && Editing is null)
        {
            KeepDraft(room, text);
        }
    }

    public void TellTyping()
    {
        if (Current is { } room)
        {
            _ = TypingAsync(room);
        }

        async Task TypingAsync(RoomView where)
        {
            try
            {
                await Client.TypingAsync(where.Id);
            }
            catch (Exception error) when (error is ChatException or IOException)
            {
                // Nobody misses it.
                return;
            }
        }
    }

    private void Try(Func<Sent> send)
    {
        try
        {
            send();
        }
        catch (ChatException error)
        {
            Toast(Texts.Of(error));
        }
    }

    private void KeepDraft()
    {
        if (Current is { } room && Editing is null)
        {
            KeepDraft(room, ComposerField.GetText());
        }
    }

    private void KeepDraft(RoomView room, string text)
    {
        if (_drafts.GetValueOrDefault(room.Id, "") == text)
        {
            return;
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            _drafts.Remove(room.Id);
            _ = TryAsync(() => _store.DeleteAsync("draft/" + room.Id).AsTask());
        }
        else
        {
            _drafts[room.Id] = text;
            _ = TryAsync(() => _store.WriteAsync("draft/" + room.Id, Encoding.UTF8.GetBytes(text)).AsTask());
        }

        Tell(Topics.Rooms);
    }
}
