using System.Globalization;
using System.Runtime.InteropServices.JavaScript;
using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Web.Browser;

namespace Chatroom.Web;

/// <summary>The sentences of the page, by key, in the language chosen.</summary>
internal static partial class Texts
{
    private static readonly Dictionary<string, string?> Known = new(StringComparer.Ordinal);

    public static Task LoadAsync() => Modules.LoadAsync("texts");

    /// <summary>The language has changed.</summary>
    public static void Forget() => Known.Clear();

    public static string Of(string key) => Find(key) ?? key;

    public static string Of(string key, params ReadOnlySpan<object?> arguments) => string.Format(CultureInfo.InvariantCulture, Of(key), arguments);

    /// <summary>The sentence for a number of things: <c>key.one</c> or <c>key.other</c>.</summary>
    public static string Count(string key, long number) => Of(key + (number == 1 ? ".one" : ".other"), number);

    public static string? Find(string key)
    {
        if (!Known.TryGetValue(key, out var text))
        {
            Known.Add(key, text = FindInPage(key));
        }

        return text;
    }

    /// <summary>What happened and what to do.</summary>
    public static string Of(Exception error)
    {
        var sentence = error switch
        {
            ChatException refused => (Why(refused) ?? Find($"error.{(ushort)refused.Code}") ?? refused.Text)
                + (refused.RetryAfter is { } wait ? Of("error.retry", (int)Math.Ceiling(wait.TotalSeconds)) : ""),
            ConnectionLostException => Of("error.offline"),
            StoreException { Cause: StoreException.QuotaExceeded } => Of("error.browser-full"),
            StoreException => Of("error.browser-store"),
            _ => error.Message,
        };
        return sentence.Length == 0 ? sentence : char.ToUpperInvariant(sentence[0]) + sentence[1..];
    }

    // Names that the SDK sends for the page are those of groups, which have rules of their own; people register without it.
    private static string? Why(ChatException refused) => refused.Reason is { } reason
        ? Find($"error.{(ushort)refused.Code}.group-{reason}") ?? Find($"error.{(ushort)refused.Code}.{reason}")
        : null;

    [JSImport("find", "texts")]
    private static partial string? FindInPage(string key);
}
