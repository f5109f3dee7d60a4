using System.Globalization;
using Chatroom.Client;

namespace Chatroom.Cli.Text;

/// <summary>What went wrong, in the person's language where there are words for it.</summary>
internal static class ErrorWords
{
    public static string Say(Strings strings, Exception error) => error switch
    {
        ChatException refused => Refused(strings, refused),
        CliException told => told.Message,
        ConnectionLostException => strings["chat.no-connection"],
        TimeoutException => strings["chat.no-answer"],
        FileNotFoundException missing => strings["file.missing", Sanitizer.Line(missing.FileName)],
        DirectoryNotFoundException => strings["file.no-folder"],
        UnauthorizedAccessException => strings["file.no-access"],
        _ => Sanitizer.Line(error.Message),
    };

    private static string Refused(Strings strings, ChatException error)
    {
        var said = strings.Find(string.Create(CultureInfo.InvariantCulture, $"error.{(int)error.Code}")) ?? Coded.Say(error);
        return error.RetryAfter is { } wait ? said + strings["error.retry", Math.Ceiling(wait.TotalSeconds)] : said;
    }
}
