using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Classic;

public sealed class ClassicServer() : ServerFixture(("CHATROOM_CLASSIC", "127.0.0.1:0"));

public sealed class PaddedServer() : ServerFixture(("CHATROOM_CLASSIC", "127.0.0.1:0"), ("CHATROOM_CLASSIC_PADDING", "always"));

/// <summary>Classic clients with random names on a server with a classic port; new clients beside them.</summary>
public abstract class ClassicTest(ServerFixture server) : ConformanceTest(server, ChannelKind.Native)
{
    /// <summary>Twice what the server takes for silence, which it counts from after its write.</summary>
    protected static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private readonly List<ClassicClient> clients = [];

    public override ValueTask DisposeAsync()
    {
        clients.ForEach(c => c.Dispose());
        return base.DisposeAsync();
    }

    /// <summary>A connection of the original's kind, in its login window.</summary>
    protected ClassicClient Window()
    {
        var client = ClassicClient.Open(Server.ClassicPort);
        clients.Add(client);
        return client;
    }

    /// <summary>A new account, signed in and started up.</summary>
    protected ClassicClient Classic() => Window().Begin(Unique.Word());

    /// <summary>A second one, whose coming the first has been shown.</summary>
    protected (ClassicClient, ClassicClient) Two()
    {
        var first = Classic();
        var second = Classic();
        first.Find(m => m == $"105\n\n{second.Name}", "the second's coming");
        return (first, second);
    }

    /// <summary>What people do between two messages. The server tells bursts from single messages by time, so tests of single ones have to take it.</summary>
    protected static Task PauseAsync() => PauseAsync(Silence);

    private static async Task PauseAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }
}
