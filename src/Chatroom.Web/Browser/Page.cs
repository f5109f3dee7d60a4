using System.Runtime.InteropServices.JavaScript;

namespace Chatroom.Web.Browser;

/// <summary>The page around the timeline: address, keys, dialogs, and what the browser alone can do.</summary>
internal static partial class Page
{
    public static Task LoadAsync() => Modules.LoadAsync("page");

    /// <param name="key">A key of the page was pressed: its name; true when it was used.</param>
    /// <param name="address">The person went back or forward: the new path.</param>
    [JSImport("attach", "page")]
    public static partial void Attach(
        [JSMarshalAs<JSType.Function<JSType.String, JSType.Boolean>>] Func<string, bool> key,
        [JSMarshalAs<JSType.Function<JSType.String>>] Action<string> address);

    [JSImport("path", "page")]
    public static partial string Path();

    /// <summary>The address of the server, as this browser reaches it: scheme, host and port.</summary>
    [JSImport("origin", "page")]
    public static partial string Origin();

    /// <summary>That address names this computer: nobody else reaches the server by it.</summary>
    [JSImport("isLocal", "page")]
    public static partial bool IsLocal();

    /// <summary>Who may register: <c>open</c>, <c>invite</c> or <c>closed</c>; null when the server cannot be reached.</summary>
    [JSImport("registration", "page")]
    public static partial Task<string?> RegistrationAsync();

    [JSImport("go", "page")]
    public static partial void Go(string path, bool replace);

    /// <summary>Opens a dialog that has been drawn; <paramref name="closed"/> also when the person closes it by Esc.</summary>
    [JSImport("openDialog", "page")]
    public static partial void OpenDialog(string id, [JSMarshalAs<JSType.Function>] Action closed);

    [JSImport("closeDialog", "page")]
    public static partial void CloseDialog(string id);

    /// <summary>Places a menu that has been drawn beside what opened it.</summary>
    [JSImport("openPopover", "page")]
    public static partial void OpenPopover(string id, string anchor, [JSMarshalAs<JSType.Function>] Action closed);

    /// <summary>A menu has been taken away with the focus in it: back to where it was.</summary>
    [JSImport("popoverGone", "page")]
    public static partial void PopoverGone();

    [JSImport("focusElement", "page")]
    public static partial void Focus(string id);

    /// <summary>Focus to the first field or button of something that has been drawn late.</summary>
    [JSImport("focusIn", "page")]
    public static partial void FocusIn(string id);

    [JSImport("copy", "page")]
    public static partial Task<bool> CopyAsync(string text);

    /// <summary>Says it to people who listen to the page.</summary>
    [JSImport("announce", "page")]
    public static partial void Announce(string sentence);

    /// <summary>The page is visible and has the focus.</summary>
    [JSImport("isLooking", "page")]
    public static partial bool IsLooking();

    [JSImport("onLooking", "page")]
    public static partial void OnLooking([JSMarshalAs<JSType.Function<JSType.Boolean>>] Action<bool> changed);

    /// <summary>Asks before the tab is closed.</summary>
    [JSImport("guard", "page")]
    public static partial void Guard(bool on);

    /// <summary>Whether it can be installed: <c>yes</c>, <c>refused</c> (a certificate that the browser does not trust), <c>insecure</c> or <c>none</c>.</summary>
    [JSImport("worker", "page")]
    public static partial string Worker();

    [JSImport("scrollListTo", "page")]
    public static partial void ScrollListTo(string selector);
}
