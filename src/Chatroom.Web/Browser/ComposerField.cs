using System.Runtime.InteropServices.JavaScript;

namespace Chatroom.Web.Browser;

/// <summary>The field one writes in: key strokes stay in the page.</summary>
internal static partial class ComposerField
{
    public static Task LoadAsync() => Modules.LoadAsync("composer");

    /// <param name="send">A whole text; false gives it back to the field.</param>
    /// <param name="happened">What (<c>typing</c>, <c>draft</c>, <c>complete</c>, <c>pick</c>, <c>edit-last</c>, <c>escape</c>, <c>files</c>) and its argument.</param>
    [JSImport("attach", "composer")]
    public static partial void Attach(
        string id,
        [JSMarshalAs<JSType.Function<JSType.String, JSType.Boolean>>] Func<string, bool> send,
        [JSMarshalAs<JSType.Function<JSType.String, JSType.String>>] Action<string, string> happened);

    [JSImport("setText", "composer")]
    public static partial void SetText(string text);

    [JSImport("getText", "composer")]
    public static partial string GetText();

    /// <summary>Focus, except where that would bring a keyboard onto the screen.</summary>
    [JSImport("focus", "composer")]
    public static partial void Focus();

    [JSImport("focusAlways", "composer")]
    public static partial void FocusAlways();

    [JSImport("insert", "composer")]
    public static partial void Insert(string piece);

    [JSImport("complete", "composer")]
    public static partial void Complete(string piece);

    [JSImport("setCompleting", "composer")]
    public static partial void SetCompleting(bool shown);
}
