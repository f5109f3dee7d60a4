using System.Runtime.InteropServices.JavaScript;

namespace Chatroom.Web.Browser;

/// <summary>All emoji of Unicode with their names, fetched when first wanted; the page holds them, for reading half a megabyte of JSON here would take long.</summary>
internal static partial class EmojiList
{
    /// <summary>Ready to be searched; again after the language has changed.</summary>
    public static async Task LoadAsync()
    {
        await Modules.LoadAsync("emoji");
        await Load();
    }

    [JSImport("groupNames", "emoji")]
    public static partial string[] Groups();

    [JSImport("group", "emoji")]
    public static partial string[] Group(string name);

    [JSImport("nameOf", "emoji")]
    public static partial string NameOf(string emoji);

    [JSImport("search", "emoji")]
    public static partial string[] Search(string query, int limit);

    [JSImport("toned", "emoji")]
    public static partial string Toned(string emoji, int tone);

    [JSImport("load", "emoji")]
    private static partial Task Load();
}
