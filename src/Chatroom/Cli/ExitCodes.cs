namespace Chatroom.Cli;

/// <summary>What a client verb's exit code means; every verb's <c>--help</c> says so.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int NotConnected = 3;
    public const int SignInRefused = 4;
    public const int TimedOut = 5;
    public const int Interrupted = 130;

    public const string Help = """
        Exit codes: 0 done; 1 refused or failed; 2 wrong usage; 3 the server cannot be reached, or is not trusted; 4 sign-in refused;
        5 timed out; 130 interrupted. Refusals are on standard error with their code: chatroom: TEXT (914 NotFound)
        """;
}

/// <summary>The verb ends with a sentence for the person and an exit code for scripts.</summary>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
