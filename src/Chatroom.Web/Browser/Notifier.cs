using System.Runtime.InteropServices.JavaScript;

namespace Chatroom.Web.Browser;

public enum NotificationPermission
{
    /// <summary>The person was not asked yet.</summary>
    Default,
    Granted,
    Denied,

    /// <summary>The browser shows none here.</summary>
    Unsupported,
}

/// <summary>
/// Calls the person back to the page: notifications, a sound, and the number on title and icon. Nothing of it may be called before
/// <see cref="StartAsync"/> has ended: the runtime ends at a call into a module that is not there.
/// </summary>
internal static partial class Notifier
{
    public static NotificationPermission Permission => Parse(GetPermission());

    /// <param name="account">Whose tab this is: only its notifications are told.</param>
    /// <param name="clicked">Told of the room id when the person clicks a notification; the window is in front by then.</param>
    public static async Task StartAsync(string account, Action<string> clicked)
    {
        await Task.WhenAll(Modules.LoadAsync("notify"), Modules.LoadAsync("badge"));
        Start(account, clicked);
    }

    /// <summary>Asks the person; call it within a click, or the browser refuses.</summary>
    public static async Task<NotificationPermission> RequestPermissionAsync() => Parse(await RequestPermission());

    /// <summary>Shows a notification.</summary>
    /// <param name="tag">One shown under the same tag is replaced; the room's id does well.</param>
    /// <returns>False when the browser does not show it: not permitted, or only through a service worker and there is none.</returns>
    public static Task<bool> ShowAsync(string title, string body, string tag, string roomId) => Show(title, body, tag, roomId);

    /// <summary>Takes back what is shown under the tag: its messages were read.</summary>
    public static Task CloseAsync(string tag) => Close(tag);

    /// <summary>Two soft notes; nothing before the person has touched the page, for the browser would refuse.</summary>
    [JSImport("playSound", "notify")]
    public static partial void PlaySound();

    /// <summary>The page's title, without the number of unread messages.</summary>
    [JSImport("setTitle", "badge")]
    public static partial void SetTitle(string title);

    /// <summary>The number before the title, on the tab's icon and on the installed app's; 0: none.</summary>
    [JSImport("setBadge", "badge")]
    public static partial void SetBadge(int unread, bool mention);

    private static NotificationPermission Parse(string text) => text switch
    {
        "granted" => NotificationPermission.Granted,
        "denied" => NotificationPermission.Denied,
        "default" => NotificationPermission.Default,
        _ => NotificationPermission.Unsupported,
    };

    [JSImport("start", "notify")]
    private static partial void Start(string account, [JSMarshalAs<JSType.Function<JSType.String>>] Action<string> clicked);

    [JSImport("permission", "notify")]
    private static partial string GetPermission();

    [JSImport("requestPermission", "notify")]
    private static partial Task<string> RequestPermission();

    [JSImport("show", "notify")]
    private static partial Task<bool> Show(string title, string body, string tag, string room);

    [JSImport("close", "notify")]
    private static partial Task Close(string tag);
}
