using System.CommandLine;
using System.Data.Common;
using Chatroom.Cli;
using Chatroom.Cli.Text;
using Chatroom.Server;
using Chatroom.Server.Maintenance.Backups;
using Chatroom.Server.Sealing;
using Chatroom.Server.Storage;

namespace Chatroom.Verbs;

/// <summary>The server's settings as options of a verb, straight from <see cref="OptionTable"/>.</summary>
internal sealed class ServerOptions
{
    private readonly Dictionary<string, Option<string?>> options = [];
    private readonly Option<string?> config = new("--config") { Description = "Configuration file (`chatroom default-config` prints one).", HelpName = "FILE" };

    /// <param name="only">Names of the settings this verb takes; null: all.</param>
    public ServerOptions(Command command, params string[] only)
    {
        command.Options.Add(config);
        foreach (var option in OptionTable.All.Where(o => only.Length == 0 || only.Contains(o.Name)))
        {
            var value = option.Get(new ChatServerOptions());
            var made = new Option<string?>("--" + option.Name)
            {
                HelpName = option.Value,
                Description = option.Help + (value is null ? "" : $" Default {value}."),

                // A switch given without a value is on.
                Arity = option.Value == "true|false" ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
            };
            options[option.Name] = made;
            command.Options.Add(made);
        }
    }

    /// <exception cref="OptionException">A value is not understood.</exception>
    public ChatServerOptions Read(ParseResult parsed)
    {
        var given = options.Where(o => parsed.GetResult(o.Value) is { Implicit: false }).ToDictionary(o => o.Key, o => parsed.GetValue(o.Value) ?? "true");
        var file = parsed.GetValue(config) ?? Environment.GetEnvironmentVariable("CHATROOM_CONFIG");
        if (file is not null && !File.Exists(file))
        {
            throw new OptionException($"There is no configuration file {file}.");
        }

        // Asked once: some verbs open the keys more than once.
        string? passphrase = null;
        return OptionTable.Read(file, Environment.GetEnvironmentVariable, given) with
        {
            AskPassphrase = isNew => passphrase ??= Passphrase(isNew, "CHATROOM_PASSPHRASE"),
        };
    }

    /// <summary>The passphrase of the master key: from the environment, or asked for; twice when it is a new one.</summary>
    /// <exception cref="CliException">There is nobody to ask.</exception>
    public static string Passphrase(bool isNew, string variable)
    {
        var strings = Strings.Choose(null, Environment.GetEnvironmentVariable);
        return isNew ? Secrets.NewPassphrase(strings, variable) : Secrets.Passphrase(strings, variable);
    }

    /// <summary>Runs the verb, turning what went wrong into words and an exit code.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception e) when (Explain(e) is { } end)
        {
            await Console.Error.WriteLineAsync("chatroom: " + end.Message);
            if (end.ExitCode == ExitCodes.Usage)
            {
                await Console.Error.WriteLineAsync(Usage.SeeHelp(parsed, Strings.Choose(null, Environment.GetEnvironmentVariable)));
            }

            return end.ExitCode;
        }
    }

    /// <summary>What is foreseen; all else is a fault of the program, and shows itself as one.</summary>
    private static CliException? Explain(Exception error) => error switch
    {
        CliException told => told,
        OptionException => new CliException(ExitCodes.Usage, error.Message),
        SealingException or DataFolderException or BackupException or InvalidDataException or IOException => new CliException(ExitCodes.Failed, error.Message),
        UnauthorizedAccessException => new CliException(ExitCodes.Failed, $"{error.Message} The account {Environment.UserName} needs the right to it, on a disk that can be written to."),
        DbException => new CliException(ExitCodes.Failed, $"the database cannot be used: {error.Message}. Is the disk full, or broken, or the file locked by another program? `chatroom doctor` looks."),
        _ => null,
    };
}
