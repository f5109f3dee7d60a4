using Chatroom.Client;
using Chatroom.Web.State;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Chatroom.Web.Components;

/// <summary>A part of the page: drawn again when something of its topics has changed, and only then.</summary>
public abstract class Part : ComponentBase, IDisposable
{
    private IDisposable? _subscription;

    [Inject]
    public Chat Chat { get; set; } = null!;

    protected ChatClient Client => Chat.Client;

    protected abstract Topics Topics { get; }

    public void Dispose()
    {
        _subscription?.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override void OnInitialized() => _subscription = Chat.Subscribe(Topics, StateHasChanged);

    protected static string T(string key) => Texts.Of(key);

    protected static string T(string key, object? first) => Texts.Of(key, first);

    protected static string T(string key, object? first, object? second) => Texts.Of(key, first, second);

    /// <summary>"true" or "false", as ARIA wants it.</summary>
    protected static string Aria(bool value) => value ? "true" : "false";

    protected static RenderFragment Icon(string name, string style = "icon") => builder => Draw.Icon(builder, name, style);

    /// <summary>The round picture of a person: a letter on a colour of their own, with a mark for being online.</summary>
    protected RenderFragment Avatar(string id, string? name, string style, bool presence) => builder =>
        Draw.Avatar(builder, id, name, style, presence ? Chat.IsClassic(id) ? "classic" : Chat.IsOnline(id) ? "on" : "off" : null);

    protected string PresenceWord(string id) => T(Chat.IsClassic(id) ? "person.classic" : Chat.IsOnline(id) ? "person.online" : "person.offline");
}

/// <summary>Small pieces that are drawn everywhere.</summary>
internal static class Draw
{
    private const int Hues = 8;

    public static void Icon(RenderTreeBuilder builder, string name, string style = "icon")
    {
        builder.OpenElement(0, "svg");
        builder.AddAttribute(1, "class", style);
        builder.AddAttribute(2, "aria-hidden", "true");
        builder.OpenElement(3, "use");
        builder.AddAttribute(4, "href", "/icons.svg#" + name);
        builder.CloseElement();
        builder.CloseElement();
    }

    public static void Avatar(RenderTreeBuilder builder, string id, string? name, string style, string? presence)
    {
        builder.OpenElement(0, "span");
        builder.AddAttribute(1, "class", $"avatar {style} hue-{Hue(id)}");
        builder.AddAttribute(2, "aria-hidden", "true");
        builder.AddContent(3, Initial(name));
        if (presence is not null)
        {
            builder.OpenElement(4, "i");
            builder.AddAttribute(5, "class", "presence " + presence);
            builder.CloseElement();
        }

        builder.CloseElement();
    }

    private static string Initial(string? name) => string.IsNullOrEmpty(name) ? "?" : System.Globalization.StringInfo.GetNextTextElement(name).ToUpperInvariant();

    private static int Hue(string id)
    {
        var sum = 17;
        foreach (var letter in id)
        {
            sum = (sum * 31) + letter;
        }

        return (sum & int.MaxValue) % Hues;
    }
}
