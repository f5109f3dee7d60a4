using System.Text;

namespace Chatroom.Verbs;

/// <summary>Questions to the person at the terminal.</summary>
internal static class Prompt
{
    /// <summary>The password from CHATROOM_PASSWORD, or typed without being shown; from a pipe, its first line.</summary>
    public static string Password(string question)
    {
        if (Environment.GetEnvironmentVariable("CHATROOM_PASSWORD") is { Length: > 0 } given)
        {
            return given;
        }

        if (Console.IsInputRedirected)
        {
            return Console.ReadLine() ?? "";
        }

        Console.Error.Write(question);
        var typed = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
            {
                Console.Error.WriteLine();
                return typed.ToString();
            }

            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (key.KeyChar != '\0')
            {
                typed.Append(key.KeyChar);
            }
        }
    }
}
