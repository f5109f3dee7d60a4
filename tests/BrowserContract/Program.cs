using Chatroom.Tests.Client.Transports;
using Chatroom.Web.Browser;

// One line for each case on the console: "passed NAME" or "failed NAME: why", and "done" at the end. The page's server has the peers under /peer/.
await BrowserTransport.LoadAsync();
foreach (var (name, (peer, run)) in TransportContract.Cases)
{
    try
    {
        await run(new BrowserTransport("/peer/" + peer));
        Console.WriteLine($"passed {name}");
    }
    catch (Exception error)
    {
        Console.WriteLine($"failed {name}: {error}");
    }
}

Console.WriteLine("done");
