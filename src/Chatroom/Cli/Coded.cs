using System.Globalization;
using Chatroom.Cli.Text;
using Chatroom.Client;

namespace Chatroom.Cli;

/// <summary>Refusals as scripts can tell them apart.</summary>
internal static class Coded
{
    /// <summary>In the person's language where that is not the server's own.</summary>
    public static string Say(ChatException error, Strings strings)
    {
        var said = strings.Language == "en" ? null : strings.Find(string.Create(CultureInfo.InvariantCulture, $"error.{(int)error.Code}"));
        return said is null ? Say(error) : said + string.Create(CultureInfo.InvariantCulture, $" ({(int)error.Code} {error.Code})");
    }

    public static string Say(ChatException error) =>
        Sanitizer.Line(error.Text) + string.Create(CultureInfo.InvariantCulture, $" ({(int)error.Code} {error.Code})");
}
