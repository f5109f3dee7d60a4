using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using Chatroom.Logging;
using Chatroom.Server;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Web;
using Microsoft.Extensions.Logging;

namespace Chatroom.Verbs;

/// <summary><c>chatroom serve</c>: the server, until Ctrl-C or SIGTERM.</summary>
internal static class Serve
{
    public static Command Command()
    {
        var command = new Command("serve", """
            Runs the server until Ctrl-C or SIGTERM. On first start it makes its data folder, its master key and a self-signed certificate.

            Examples:
              chatroom serve
              chatroom serve --data /srv/chat --listen 0.0.0.0:7443
              chatroom serve --cert fullchain.pem --key privkey.pem --registration invite
            """);
        var options = new ServerOptions(command);
        command.SetAction((parsed, _) => ServerOptions.RunAsync(parsed, () => RunAsync(options.Read(parsed))));
        return command;
    }

    private static async Task<int> RunAsync(ChatServerOptions options)
    {
        // What a socket receives is handled by the thread that waits for sockets, without waking another. .NET reads it when the first socket is made. It asks of all
        // code behind a socket that it does not block; what waits for the disk or computes for long is on threads of the pool already (docs/PERFORMANCE.md).
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        using var logs = LoggerFactory.Create(builder => builder
            .SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None) // What it says of a failed start is thrown as well, and said in words.
            .AddProvider(new JsonLines(Console.Error, forPerson: !Console.IsErrorRedirected)));
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));

        await using var server = await ChatServer.StartAsync(options, logs, web: WebContent.FromResources(typeof(Serve).Assembly, "web/"));
        using var manager = ServiceManager.Connect(Environment.GetEnvironmentVariable, logs.CreateLogger("Chatroom"));
        using var watching = new CancellationTokenSource();
        Say(options, server);
        manager.Ready($"Listening on {server.Address}");
        var watch = manager.WatchAsync(() => LookAsync(server), watching.Token);

        // A watch that fails is our fault: better a server that ends and is started again than one that systemd kills for silence.
        await await Task.WhenAny(stop.Task, NeverUnlessFailed(watch));
        manager.Stopping();
        await watching.CancelAsync();
        await watch;
        return 0;
    }

    private static async Task NeverUnlessFailed(Task watch)
    {
        await watch;
        await Task.Delay(Timeout.Infinite);
    }

    // A read goes through the readers of the store, as everything that people ask for does. A store that failed is no reason to be killed: reading goes on.
    private static async Task<string> LookAsync(ChatServer server)
    {
        await server.Core.Store.ReadAsync(store => store.Room(Ids.Lobby));
        return server.Core.Store.Failure ?? $"{server.Core.Hub.SessionCount} connections";
    }

    private static void Stop(PosixSignalContext context, TaskCompletionSource stop)
    {
        context.Cancel = true;
        stop.TrySetResult();
    }

    private static void Say(ChatServerOptions options, ChatServer server)
    {
        var host = IPAddress.IsLoopback(server.Address.Address) ? server.Address.ToString() : $"{Dns.GetHostName()}:{server.Address.Port}";
        var page = server.LocalPage is { } local
            ? $"Open http://localhost:{local.Port} in a browser on this computer; others open https://{host}."
            : $"Open https://{host} in a browser.";

        // At a terminal the log has said it in the line above.
        if (Console.IsOutputRedirected || Console.IsErrorRedirected)
        {
            Console.WriteLine($"Chatroom is listening on {server.Address}");
        }

        Console.WriteLine($"""
            fingerprint SHA256:{server.Fingerprint}
            data in {Path.GetFullPath(options.Data)}
            """);
        if (server.IsUnused)
        {
            // Until somebody has registered, so that it is read also when the very first start failed at a port.
            var key = options.KeySource.File is { } file ? $"master key in {Path.GetFullPath(file)}" : "master key made of your passphrase";
            Console.WriteLine($"{key}: without it nobody can read the data. Keep a copy of it, apart from the backups.");
        }

        Console.WriteLine($"""

            {page}
            Or, in another terminal (the first account owns the server):
              ./chatroom register --server {host} --user YOUR-NAME
              ./chatroom chat --server {host} --user YOUR-NAME
            Ctrl-C stops the server.
            """);
        if (server.MetricsAddress is { } metrics)
        {
            Console.WriteLine($"Metrics are at http://{metrics}/metrics, for programs on this computer.");
        }

        if (server.ClassicAddress is { } classic)
        {
            Console.WriteLine($"Clients of Chatroom 2.0 are served on {classic}, in plain text.");
            if (!IPAddress.IsLoopback(classic.Address))
            {
                Console.WriteLine("WARNING: other machines reach that port, and passwords cross the network in plain text. See docs/CLASSIC.md for tunnels.");
            }
        }
    }
}
