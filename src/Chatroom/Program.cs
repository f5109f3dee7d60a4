using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text;
using Chatroom;
using Chatroom.Cli;
using Chatroom.Cli.Text;
using Chatroom.Verbs;

NativeSqlite.Register();

// Whatever the locale says: the wire is UTF-8, and so are terminals and pipes today.
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
Console.InputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

// One verb, one file under Verbs/: it says its options, its help and what it does.
var root = new RootCommand("Chatroom: a chat system to run yourself. The same executable is the server and the client.")
{
    Serve.Command(),
    DefaultConfig.Command(),
    Verify.Command(),
    Backup.Command(),
    Restore.Command(),
    Rekey.Command(),
    ImportClassic.Command(),
    Doctor.Command(),
    User.Command(),
    Register.Command(),
    Logout.Command(),
    Chat.Command(),
    Send.Command(),
    Tail.Command(),
    History.Command(),
    EmojiVerb.Command(),
    Edit.Command(),
    Recall.Command(),
    React.Command(),
    Pin.Command(),
    Pins.Command(),
    Put.Command(),
    Get.Command(),
    Files.Command(),
    Rooms.Command(),
    Read.Command(),
    Who.Command(),
    Friends.Command(),
    FriendVerb.Command(),
    Block.Command(),
    Group.Command(),
    Devices.Command(),
    Signout.Command(),
    Token.Command(),
    Password.Command(),
    Settings.Command(),
    Admin.Command(),
};

// Without a verb there is nothing to do but to say which there are.
var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
if (parsed.Action is ParseErrorAction wrong)
{
    // The whole help would hide the one sentence that says what is wrong.
    wrong.ShowHelp = false;
}

// The server ends itself in its own time; the other verbs are cancelled, and killed when they do not end soon.
var exitCode = await parsed.InvokeAsync(new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,
    ProcessTerminationTimeout = parsed.CommandResult.Command.Name == "serve" ? null : TimeSpan.FromSeconds(2),
});
if (parsed.Action is ParseErrorAction)
{
    await Console.Error.WriteLineAsync(Usage.SeeHelp(parsed, Strings.Choose(null, Environment.GetEnvironmentVariable)));
}

return parsed.Action is ParseErrorAction ? ExitCodes.Usage : exitCode;
