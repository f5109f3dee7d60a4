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

// The server ends itself in its own time; the other verbs are cancelled, and killed when they do not end soon.
var parsed = root.Parse(args);
return await parsed.InvokeAsync(new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,
    ProcessTerminationTimeout = parsed.CommandResult.Command.Name == "serve" ? null : TimeSpan.FromSeconds(2),
});
