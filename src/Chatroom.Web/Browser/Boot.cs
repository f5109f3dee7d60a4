using System.Runtime.InteropServices.JavaScript;

namespace Chatroom.Web.Browser;

/// <summary>What happened before .NET was there: the sign-in, and what stands in the application's place meanwhile.</summary>
internal static partial class Boot
{
    public static Task LoadAsync() => Modules.LoadAsync("boot");

    /// <summary>Waits until it is known whose tab this is.</summary>
    public static async Task<(string Id, string Name)> AccountAsync()
    {
        var parts = (await Account()).Split('\n', 2);
        return (parts[0], parts[1]);
    }

    /// <summary>The application has drawn itself.</summary>
    [JSImport("ready", "boot")]
    public static partial void Ready();

    /// <summary>Says in the last view, which stands in the application's place, how the connection is. False when there is no such view.</summary>
    [JSImport("say", "boot")]
    public static partial bool Say(string state, string word);

    /// <summary>Calls when another build of the page is there; <see cref="Reload"/> shows it.</summary>
    [JSImport("onUpdate", "boot")]
    public static partial void OnUpdate([JSMarshalAs<JSType.Function>] Action callback);

    [JSImport("reload", "boot")]
    public static partial void Reload();

    /// <summary>Leaves for the welcome page; the account is no longer of this browser.</summary>
    /// <param name="reason">Empty, or <c>signed-out</c> when the person did not ask for it.</param>
    [JSImport("leave", "boot")]
    public static partial void Leave(string account, string reason);

    /// <summary>Another account, in a tab of its own.</summary>
    [JSImport("addAccount", "boot")]
    public static partial void AddAccount();

    [JSImport("accountAsync", "boot")]
    private static partial Task<string> Account();
}
