using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text;
using Chatroom.Cli;
using Chatroom.Verbs;

// Whatever the locale says: the wire is UTF-8, and so are terminals and pipes today.
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
Console.InputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

// One verb, one file under Verbs/: it says its options, its help and what it does.
var root = new RootCommand("Chatroom: a chat system to run yourself. The same executable is the server and the client.")
{
    Serve.Command(),
    DefaultConfig.Command(),
    Verify.Command(),
    Doctor.Command(),
    User.Command(),
    Register.Command(),
    Logout.Command(),
    Send.Command(),
    Rooms.Command(),
};

var parsed = root.Parse(args);
var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
return parsed.Action is ParseErrorAction ? ExitCodes.Usage : exitCode;
