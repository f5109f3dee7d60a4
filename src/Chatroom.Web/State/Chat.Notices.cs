using Chatroom.Client;
using Chatroom.Protocol.Messages;
using Chatroom.Web.Browser;

namespace Chatroom.Web.State;

/// <summary>What of a room the person is called for.</summary>
public enum NotifyAbout : byte
{
    All = 1,

    /// <summary>Being mentioned, and private chats: what holds where nothing was chosen.</summary>
    Mentions = 2,
    None = 3,
}

/// <summary>A line that tells something in passing.</summary>
public sealed class ToastLine(string text, string? act, Action? then)
{
    public string Text => text;

    /// <summary>What its button says, when it has one.</summary>
    public string? Act => act;

    /// <summary>The person points at it, or has the focus in it: it stays.</summary>
    public bool Held { get; set; }

    public void Do() => then?.Invoke();
}

// Calling the person: notifications, sound, badge, toasts.
public sealed partial class Chat
{
    private static readonly TimeSpan ToastShown = TimeSpan.FromSeconds(7);

    private readonly Dictionary<string, NotifyAbout> _notify = new(StringComparer.Ordinal);
    private readonly List<ToastLine> _toasts = [];
    private IAsyncDisposable? _callsHere;

    public IReadOnlyList<ToastLine> Toasts => _toasts;

    public NotifyAbout NotifyOf(RoomView room) => _notify.GetValueOrDefault(room.Id, NotifyAbout.Mentions);

    public void SetNotify(RoomView room, NotifyAbout about)
    {
        _notify[room.Id] = about;
        _ = TryAsync(() => _store.WriteAsync("notify/" + room.Id, new[] { (byte)about }).AsTask());
        Tell(Topics.Rooms | Topics.Layout);
    }

    public async void Toast(string text, string? act = null, Action? then = null)
    {
        // The same news twice is one.
        _toasts.RemoveAll(shown => shown.Text == text);
        var line = new ToastLine(text, act, then);
        _toasts.Add(line);
        if (_toasts.Count > 4)
        {
            _toasts.RemoveAt(0);
        }

        Tell(Topics.Toasts);
        do
        {
            await Task.Delay(ToastShown);
        }
        while (line.Held && _toasts.Contains(line));
        Dismiss(line);
    }

    public void Dismiss(ToastLine line)
    {
        if (_toasts.Remove(line))
        {
            Tell(Topics.Toasts);
        }
    }

    /// <summary>Title and icon tell what is unread: all of private chats and mentions as a number, the rest by the rooms' own badges.</summary>
    private void Badge()
    {
        long unread = 0;
        var mention = false;
        foreach (var room in Client.Rooms)
        {
            if (NotifyOf(room) != NotifyAbout.None)
            {
                unread += room.Unread;
                mention |= room.Unread > 0 && (room.Kind == RoomKinds.Private || IsMentioned(room));
            }
        }

        Notifier.SetBadge((int)Math.Min(unread, 9999), mention);
        if (Current is { } current)
        {
            Notifier.SetTitle($"{(current.Kind == RoomKinds.Group ? "#" : "")}{RoomName(current)} — {ServerName}");
        }
    }

    public async Task<NotificationPermission> AllowNotificationsAsync()
    {
        var answer = await Notifier.RequestPermissionAsync();
        Tell(Topics.Layout);
        return answer;
    }

    private void NotifyOf(RoomView room, Entry entry, bool mentions)
    {
        if ((room == Current && Page.IsLooking()) || IsBlocked(entry.Sender) || NotifyOf(room) switch
        {
            NotifyAbout.None => true,
            NotifyAbout.All => false,
            _ => !mentions && room.Kind != RoomKinds.Private,
        })
        {
            return;
        }

        var title = room.Kind == RoomKinds.Private ? entry.SenderName ?? "" : Texts.Of("notify.in-room", entry.SenderName, RoomName(room));
        Notify(title, Summary.Of(entry), room.Id, room.Id);
    }

    // One tab of the account calls; the others are quiet.
    private async void Notify(string title, string body, string tag, string room)
    {
        try
        {
            if (_callsHere is null)
            {
                // Two calls of one moment ask both, and one of them gets it.
                var taken = await _store.TryLockAsync("notify");
                _callsHere ??= taken;
            }

            if (_callsHere is null)
            {
                return;
            }

            if (Preferences.Sound)
            {
                Notifier.PlaySound();
            }

            if (!Page.IsLooking() && Notifier.Permission == NotificationPermission.Granted)
            {
                await Notifier.ShowAsync(title, body, tag, room);
            }
        }
        catch (Exception error) when (error is IOException or System.Runtime.InteropServices.JavaScript.JSException)
        {
            Console.Error.WriteLine(error.Message);
        }
    }

    // Once, when the person has just sent something and so expects an answer; never out of the blue.
    private void AskAboutNotifications()
    {
        if (Preferences.AskedAboutNotifications || Notifier.Permission != NotificationPermission.Default)
        {
            return;
        }

        Preferences.AskedAboutNotifications = true;
        Toast(Texts.Of("toast.ask-notify"), Texts.Of("toast.allow"), () => _ = AllowNotificationsAsync());
    }
}
