using System.Text;
using Chatroom.Verbs;

namespace Chatroom.Cli;

/// <summary>Passwords: from the environment, from the person, or from a pipe that holds nothing else.</summary>
internal static class Secrets
{
    /// <summary>There is a person to ask.</summary>
    public static bool IsTerminal => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <param name="inputIsTaken">Standard input is not for passwords, unless it is a terminal.</param>
    /// <exception cref="CliException">There is nobody to ask.</exception>
    public static string Password(string question, bool inputIsTaken = false)
    {
        var given = Environment.GetEnvironmentVariable("CHATROOM_PASSWORD") is { Length: > 0 };
        return given || !inputIsTaken || !Console.IsInputRedirected
            ? Prompt.Password(question)
            : throw new CliException(ExitCodes.SignInRefused, "a password is needed: set CHATROOM_PASSWORD, for standard input is read as text. (Or sign in once with another verb: `chatroom rooms`.)");
    }

    /// <summary>A new password: asked twice on a terminal, for nobody sees what they type.</summary>
    public static string NewPassword(string question, string variable)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given)
        {
            return given;
        }

        var first = Hidden(question);
        return Console.IsInputRedirected || Hidden("The same again: ") == first ? first : throw new CliException(ExitCodes.Failed, "the two are not the same.");
    }

    /// <summary>A password that CHATROOM_PASSWORD does not stand for.</summary>
    public static string Hidden(string question)
    {
        if (Console.IsInputRedirected)
        {
            return Console.ReadLine() ?? "";
        }

        Console.Error.Write(question);
        var typed = new StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (key.KeyChar != '\0')
            {
                typed.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
