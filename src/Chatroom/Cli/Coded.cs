using System.Globalization;
using Chatroom.Cli.Text;
using Chatroom.Client;

namespace Chatroom.Cli;

/// <summary>Refusals as scripts can tell them apart.</summary>
internal static class Coded
{
    public static string Say(ChatException error) =>
        Sanitizer.Line(error.Text) + string.Create(CultureInfo.InvariantCulture, $" ({(int)error.Code} {error.Code})");
}
