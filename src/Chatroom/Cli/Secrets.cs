using System.Text;
using Chatroom.Cli.Text;

namespace Chatroom.Cli;

/// <summary>Passwords: from the environment, from the person, or from a pipe that holds nothing else.</summary>
internal static class Secrets
{
    private const int ShortestPassword = 8;
    private const int LongestPassword = 256;

    /// <summary>There is a person to ask.</summary>
    public static bool IsTerminal => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>The password of an account: from CHATROOM_PASSWORD, or asked for.</summary>
    /// <param name="inputIsTaken">Standard input is not for passwords, unless it is a terminal.</param>
    /// <exception cref="CliException">There is nobody to ask.</exception>
    public static string Password(Strings strings, string question, bool inputIsTaken = false)
    {
        if (Given("CHATROOM_PASSWORD") is { } given)
        {
            return given;
        }

        return inputIsTaken && Console.IsInputRedirected
            ? throw new CliException(ExitCodes.Usage, strings["ask.input-taken"])
            : Hidden(strings, question, "CHATROOM_PASSWORD");
    }

    /// <summary>A new password: asked twice on a terminal, for nobody sees what they type.</summary>
    /// <exception cref="CliException">There is nobody to ask, the two are not the same, or it has not 8 to 256 bytes of UTF-8.</exception>
    public static string NewPassword(Strings strings, string question, string variable)
    {
        var given = Given(variable);
        var first = given ?? Hidden(strings, question, variable);
        if (Encoding.UTF8.GetByteCount(first) is < ShortestPassword or > LongestPassword)
        {
            throw new CliException(ExitCodes.Failed, strings["ask.bad-length"]);
        }

        return given is not null || Console.IsInputRedirected || Hidden(strings, strings["ask.again"], variable) == first
            ? first
            : throw new CliException(ExitCodes.Failed, strings["ask.not-same"]);
    }

    /// <summary>The passphrase of the master key.</summary>
    /// <exception cref="CliException">There is nobody to ask.</exception>
    public static string Passphrase(Strings strings, string variable) => Given(variable) ?? Hidden(strings, strings["ask.passphrase"], variable);

    /// <summary>A new passphrase for the master key, asked for twice; how long it has to be the server knows.</summary>
    /// <exception cref="CliException">There is nobody to ask, or the two are not the same.</exception>
    public static string NewPassphrase(Strings strings, string variable)
    {
        var given = Given(variable);
        var first = given ?? Hidden(strings, strings["ask.new-passphrase"], variable);
        return given is not null || Console.IsInputRedirected || Hidden(strings, strings["ask.again"], variable) == first
            ? first
            : throw new CliException(ExitCodes.Failed, strings["ask.not-same"]);
    }

    private static string? Given(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? given : null;

    private static string Hidden(Strings strings, string question, string variable)
    {
        if (Console.IsInputRedirected)
        {
            // An empty password would be sent and refused as a wrong one, which says nothing of what is the matter.
            return Console.ReadLine() is { Length: > 0 } line ? line : throw new CliException(ExitCodes.Usage, strings["ask.set-variable", variable]);
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
