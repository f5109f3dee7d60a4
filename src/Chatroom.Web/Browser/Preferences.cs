using System.Runtime.InteropServices.JavaScript;

namespace Chatroom.Web.Browser;

/// <summary>What this browser remembers for all its accounts.</summary>
internal static partial class Preferences
{
    public static Task LoadAsync() => Modules.LoadAsync("preferences");

    public static bool Sound
    {
        get => Get("sound", "on") == "on";
        set => Set("sound", value ? "on" : "off");
    }

    /// <summary>Emoji used last, newest first, separated by blanks.</summary>
    public static string RecentEmoji
    {
        get => Get("recent-emoji", "");
        set => Set("recent-emoji", value);
    }

    /// <summary>0: none; 1–5 light to dark.</summary>
    public static int SkinTone
    {
        get => int.TryParse(Get("skin-tone", "0"), out var tone) && tone is >= 0 and <= 5 ? tone : 0;
        set => Set("skin-tone", value.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>The person was asked about notifications in passing, and is not asked again.</summary>
    public static bool AskedAboutNotifications
    {
        get => Get("asked-notifications", "") == "yes";
        set => Set("asked-notifications", value ? "yes" : "");
    }

    public static bool MembersShown
    {
        get => Get("members", "on") == "on";
        set => Set("members", value ? "on" : "off");
    }

    /// <summary><c>system</c>, <c>light</c> or <c>dark</c>.</summary>
    [JSImport("theme", "preferences")]
    public static partial string Theme();

    [JSImport("setTheme", "preferences")]
    public static partial void SetTheme(string theme);

    /// <summary><c>en</c> or <c>zh-Hans</c>.</summary>
    [JSImport("language", "preferences")]
    public static partial string Language();

    /// <summary>Completes when the sentences of the language are there.</summary>
    [JSImport("setLanguage", "preferences")]
    public static partial Task SetLanguageAsync(string language);

    [JSImport("get", "preferences")]
    private static partial string Get(string key, string otherwise);

    [JSImport("set", "preferences")]
    private static partial void Set(string key, string value);
}
