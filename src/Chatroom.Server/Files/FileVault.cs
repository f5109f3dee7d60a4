using Chatroom.Server.Sealing;
using Chatroom.Server.Storage;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Chatroom.Server.Files;

public sealed class FileVault(KeyRing r, IChatStore s, string d, ChatServerOptions o, TimeProvider t, ILogger l) : IAsyncDisposable
{
    public void Erase(string file) => throw new InvalidOperationException(file + r + d + o + t + l + s);

    public Task RunAsync(CancellationToken c) => Task.Delay(-1, c);

    public BlobReader OpenReader(FileRow row) => BlobReader.Open(r, row.Id, row.Id, row.Size);

    public ValueTask DisposeAsync() => default;
}

public static class FileEndpoints
{
    public static void Map(IEndpointRouteBuilder r, ChatCore c) => (_, _) = (r, c);
}
