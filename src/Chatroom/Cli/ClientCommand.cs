using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Chatroom.Cli.Connecting;
using Chatroom.Cli.Text;
using Chatroom.Client;

namespace Chatroom.Cli;

/// <summary>A verb that is a client of a server: the options all have in common, signing in, and exit codes.</summary>
internal sealed class ClientCommand : Command
{
    private readonly Option<string?> _server = Text("--server", "HOST:PORT", "The server. Default 127.0.0.1; port 7443. Also CHATROOM_SERVER.");
    private readonly Option<string?> _user = Text("--user", "NAME", "Who you are. Default: the only one this machine knows at the server. Also CHATROOM_USER.");
    private readonly Option<string?> _profile = Text("--profile", "DIR", "Where token, fingerprint and outbox are kept. Default $XDG_STATE_HOME/chatroom or ~/.local/state/chatroom. Also CHATROOM_PROFILE.");
    private readonly Option<string?> _trust = Text("--trust", "SHA256", "Fingerprint of the server's certificate: trusted from now on, and no other. Also CHATROOM_TRUST.");
    private readonly Option<string?> _token = Text("--token", "TOKEN", "A bot's token in place of name and password. Also CHATROOM_TOKEN.");
    private readonly Option<string?> _lang = Text("--lang", "en|zh", "Language of what is asked and told. Default: by LC_ALL, LC_MESSAGES, LANG.");
    private readonly Option<double?> _timeout = new("--timeout") { HelpName = "S" };
    private readonly double _defaultTimeout;

    /// <param name="timeout">Seconds after which the verb gives up, by default; 0: never.</param>
    public ClientCommand(string name, string help, string example, double timeout = 30)
        : base(name, $"{help}\n\nExamples:\n  {example.ReplaceLineEndings("\n  ")}\n\nThe password is asked for, or comes from CHATROOM_PASSWORD.\n{ExitCodes.Help}")
    {
        _defaultTimeout = timeout;
        _timeout.Description = timeout == 0
            ? "Seconds after which to give up. Default: never."
            : string.Create(CultureInfo.InvariantCulture, $"Seconds after which to give up; 0: never. Default {timeout}.");
        foreach (var option in (Option[])[_server, _user, _profile, _trust, _token, _lang, _timeout])
        {
            Options.Add(option);
        }
    }

    public T Add<T>(T symbol)
        where T : Symbol
    {
        if (symbol is Option option)
        {
            Options.Add(option);
        }
        else if (symbol is Argument argument)
        {
            Arguments.Add(argument);
        }

        return symbol;
    }

    /// <summary>What the verb does once signed in.</summary>
    public ClientCommand Does(Func<Session, ParseResult, Task<int>> act, Func<ConnectionSettings, ParseResult, ConnectionSettings>? adjust = null)
    {
        SetAction((parsed, interrupted) => RunAsync(parsed, interrupted, async (limit, settings) =>
        {
            settings = adjust?.Invoke(settings, parsed) ?? settings;
            var connector = new Connector(settings);
            await using var client = await connector.SignInAsync(limit);
            return await new Session(client, settings, settings.Strings, limit)
                .RunAsync(session => act(session, parsed));
        }));
        return this;
    }

    /// <summary>What the verb does without signing in.</summary>
    public ClientCommand DoesAlone(Func<ConnectionSettings, ParseResult, CancellationToken, Task<int>> act)
    {
        SetAction((parsed, interrupted) => RunAsync(parsed, interrupted, (limit, settings) => act(settings, parsed, limit)));
        return this;
    }

    /// <summary>The language of what this run of the verb says.</summary>
    public Strings StringsOf(CommandResult result) => Strings.Choose(result.GetValue(_lang), Environment.GetEnvironmentVariable);

    private static Option<string?> Text(string name, string value, string help) => new(name) { HelpName = value, Description = help };

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken interrupted, Func<CancellationToken, ConnectionSettings, Task<int>> run)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        var seconds = parsed.GetValue(_timeout) ?? _defaultTimeout;
        if (seconds is > 0 and < int.MaxValue / 1000)
        {
            limit.CancelAfter(TimeSpan.FromSeconds(seconds));
        }

        var strings = StringsOf(parsed.CommandResult);
        try
        {
            return await run(limit.Token, Settings(parsed, strings));
        }
        catch (Exception error) when (Explain(error, strings, interrupted, seconds) is { } end)
        {
            await Console.Error.WriteLineAsync("chatroom: " + end.Message);
            if (end.ExitCode == ExitCodes.Usage)
            {
                await Console.Error.WriteLineAsync(Usage.SeeHelp(parsed, strings));
            }

            return end.ExitCode;
        }
    }

    /// <summary>What is foreseen; all else is a fault of the program, and shows itself as one.</summary>
    private static CliException? Explain(Exception error, Strings strings, CancellationToken interrupted, double seconds) => error switch
    {
        CliException told => told,
        ChatException refused => new CliException(ExitCodes.Failed, Coded.Say(refused, strings)),
        UntrustedServerException untrusted => new CliException(ExitCodes.NotConnected, untrusted.Message),
        ConnectionLostException lost => new CliException(ExitCodes.NotConnected, lost.Message),
        OperationCanceledException when interrupted.IsCancellationRequested => new CliException(ExitCodes.Interrupted, strings["end.interrupted"]),
        OperationCanceledException => new CliException(ExitCodes.TimedOut, strings["end.no-answer", seconds]),
        IOException or UnauthorizedAccessException => new CliException(ExitCodes.Failed, error.Message),
        _ => null,
    };

    private ConnectionSettings Settings(ParseResult parsed, Strings strings)
    {
        string? Value(Option<string?> option, string variable) =>
            parsed.GetValue(option) ?? (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } set ? set : null);

        var given = Value(_server, "CHATROOM_SERVER") ?? "127.0.0.1";
        var server = ServerAddress.Parse(given) ?? throw new CliException(ExitCodes.Usage, strings["usage.server", Sanitizer.Line(given)]);
        if (parsed.GetValue(_lang) is { } lang && !lang.StartsWith("en", StringComparison.OrdinalIgnoreCase) && !lang.StartsWith("zh", StringComparison.OrdinalIgnoreCase))
        {
            throw new CliException(ExitCodes.Usage, strings["usage.language", Sanitizer.Line(lang)]);
        }

        var trust = Value(_trust, "CHATROOM_TRUST");
        return new ConnectionSettings
        {
            Server = server,
            Strings = strings,
            Profile = new Profile(Value(_profile, "CHATROOM_PROFILE") ?? Profile.DefaultFolder, server),
            User = Value(_user, "CHATROOM_USER"),
            Token = Value(_token, "CHATROOM_TOKEN"),
            Trust = trust is null ? null : ProfilePins.Parse(trust)
                ?? throw new CliException(ExitCodes.Usage, strings["usage.fingerprint"]),
        };
    }
}
