using System.Runtime.InteropServices.JavaScript;

namespace Chatroom.Web.Browser;

/// <summary>Scrolling, focus and pointer of the timeline, whose reading position is kept by the page itself.</summary>
internal static partial class TimelineScroll
{
    public static Task LoadAsync() => Modules.LoadAsync("timeline");

    /// <param name="edge">An end of what is drawn comes near: <c>older</c> or <c>newer</c>.</param>
    /// <param name="act">The person wants something of a row: what, its seq (0: none), and an argument.</param>
    /// <param name="state">Whether the end is followed, and the last seq that a person who looks has seen; 0: nobody looks.</param>
    [JSImport("attach", "timeline")]
    public static partial void Attach(
        string id,
        [JSMarshalAs<JSType.Function<JSType.String>>] Action<string> edge,
        [JSMarshalAs<JSType.Function<JSType.String, JSType.Number, JSType.String>>] Action<string, double, string> act,
        [JSMarshalAs<JSType.Function<JSType.Boolean, JSType.Number>>] Action<bool, double> state);

    /// <summary>Another room is drawn.</summary>
    /// <param name="newest">Its newest row is among those drawn.</param>
    [JSImport("enter", "timeline")]
    public static partial void Enter(bool newest);

    [JSImport("setNewest", "timeline")]
    public static partial void SetNewest(bool newest);

    /// <summary>Looks again whether an end comes near.</summary>
    [JSImport("recheck", "timeline")]
    public static partial void Recheck();

    [JSImport("toBottom", "timeline")]
    public static partial void ToBottom();

    /// <summary>Puts a row into view; false when it is not drawn.</summary>
    [JSImport("show", "timeline")]
    public static partial bool Show(double seq, bool focus);

    [JSImport("showNewRule", "timeline")]
    public static partial void ShowNewRule();
}
