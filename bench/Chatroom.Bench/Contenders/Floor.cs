using Chatroom.Bench.Floors;
using Chatroom.Bench.Load;
using Chatroom.Bench.Running;

namespace Chatroom.Bench.Contenders;

/// <summary>What cannot be undercut by much: the part of the work that everyone has to do, in C#, with nothing around it.</summary>
internal abstract class Floor : Contender
{
    public override bool Echoes => true;

    public override Task<Link> SignInAsync(int person, int bufferBytes = 16 * 1024) => throw new NotSupportedException("Nobody signs in to a floor.");

    public override byte[] Encode(int person, Target target, string text) => throw new NotSupportedException("Nobody says anything to a floor.");
}

/// <summary>A TLS handshake with Kestrel, and one byte.</summary>
internal sealed class BareHandshake : Floor
{
    public override string Name => "bare Kestrel handshake";

    public override async Task<Link> SignInAsync(int person, int bufferBytes = 16 * 1024)
    {
        var link = new Link(await Tls.SecureAsync(Port, "chatroom/3"), person, bufferBytes);
        await link.ReadAsync(1);
        return link;
    }

    protected override Task<Daemon> LaunchAsync() => Self.ListenAsync(Port, BareServer.Handshakes, Folder);
}

/// <summary>A file through Kestrel, written and fsynced as it is.</summary>
internal sealed class BareFiles : Floor
{
    public override string Name => "bare Kestrel";

    protected override Task<Daemon> LaunchAsync() => Self.ListenAsync(Port, BareServer.Files, Folder);
}

/// <summary>A loop on SQLite without any server: runs in a process of its own when it is asked to.</summary>
internal sealed class BareCommits : Floor
{
    public override string Name => "bare SQLite loop";

    public override Task StartAsync(Town town)
    {
        MakeFolder();
        return Task.CompletedTask;
    }

    protected override Task<Daemon> LaunchAsync() => throw new NotSupportedException("It listens nowhere.");
}
