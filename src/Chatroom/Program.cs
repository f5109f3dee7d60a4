using System.CommandLine;
using System.CommandLine.Help;
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
(string Heading, Command[] Verbs)[] groups =
[
    ("overview.server", [Serve.Command(), DefaultConfig.Command(), Doctor.Command(), Backup.Command(), Restore.Command(), Verify.Command(), Rekey.Command(), User.Command(), ImportClassic.Command()]),
    ("overview.account", [Register.Command(), Logout.Command(), Password.Command(), Devices.Command(), Signout.Command(), Settings.Command(), Token.Command()]),
    ("overview.talk", [Chat.Command(), Send.Command(), EmojiVerb.Command(), Tail.Command(), History.Command(), Search.Command(), Read.Command(), Edit.Command(), Recall.Command(), React.Command(), Pin.Command(), Pins.Command()]),
    ("overview.files", [Put.Command(), Get.Command(), Files.Command()]),
    ("overview.people", [Rooms.Command(), Group.Command(), Who.Command(), Friends.Command(), FriendVerb.Command(), Block.Command()]),
    ("overview.admin", [Admin.Command()]),
];
var root = new RootCommand();
foreach (var verb in groups.SelectMany(group => group.Verbs))
{
    root.Subcommands.Add(verb);
}

var help = root.Options.OfType<HelpOption>().Single();
help.Action = new Overview(groups, (HelpAction)help.Action!);

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
