using System.CommandLine;
using Chatroom.Verbs;

// One verb, one file under Verbs/: it says its options, its help and what it does.
var root = new RootCommand("Chatroom: a chat system to run yourself. The same executable is the server and the client.")
{
    Serve.Command(),
    DefaultConfig.Command(),
    Verify.Command(),
    Doctor.Command(),
    User.Command(),
};

return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
