using Chatroom.Server;
using Chatroom.Server.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatroom.Bench.Micro;

/// <summary>A server's core over a data folder of its own, without any listener.</summary>
internal sealed class Place : IDisposable
{
    private readonly DirectoryInfo root;
    private readonly DataFolder folder;

    private Place(DirectoryInfo root, DataFolder folder, ChatCore core) => (this.root, this.folder, Core) = (root, folder, core);

    public ChatCore Core { get; }

    public static Place Open()
    {
        var root = Directory.CreateTempSubdirectory("chatroom-bench-");
        var options = new ChatServerOptions { Data = Path.Combine(root.FullName, "data"), MasterKey = Path.Combine(root.FullName, "master.key") };
        var folder = DataFolder.Open(options, create: true);
        return new Place(root, folder, ChatServer.OpenAsync(folder, options, NullLogger.Instance, TimeProvider.System).GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        Core.DisposeAsync().AsTask().GetAwaiter().GetResult();
        folder.Dispose();
        root.Delete(recursive: true);
    }
}
