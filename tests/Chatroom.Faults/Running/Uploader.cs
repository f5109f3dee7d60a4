using System.Net.Http.Headers;
using System.Text;
using Chatroom.Faults.Judging;

namespace Chatroom.Faults.Running;

/// <summary>
/// Uploads files one after the other by tus, each in two pieces. What a lost connection left is opened again under the same client id and continued at
/// the offset that the server tells, which is never behind one that it told before.
/// </summary>
public sealed class Uploader(ServerProcess server, Ledger ledger, string name, string token, string account, string room) : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly ServerUnderTest address = server.Address();
    private readonly Random random = new();
    private readonly Dictionary<string, string> paths = [];
    private readonly Dictionary<string, long> told = [];
    private Task running = Task.CompletedTask;
    private HttpClient? http;
    private volatile bool finishing;

    public string Account => account;

    /// <summary>Whether it has ended and everything is acknowledged.</summary>
    public bool IsIdle => running.IsCompletedSuccessfully;

    /// <summary>Uploads that went on after a loss of the connection.</summary>
    public int Resumed { get; private set; }

    private HttpClient Http => http ??= address.Http(new Version(1, 1));

    public void Start() => running = Task.Run(RunAsync);

    /// <summary>No new files; the one on its way is finished.</summary>
    public void Finish() => finishing = true;

    /// <summary>Downloads everything acknowledged and writes down what came.</summary>
    public async Task FetchAllAsync()
    {
        foreach (var (clientId, path) in paths)
        {
            ledger.Fetch(new Fetched(clientId, await FetchAsync(Http, path)));
        }
    }

    /// <summary>What another server, restored from a backup, has of an acknowledged file.</summary>
    public async Task<string> FetchAsync(ServerProcess restored, string clientId)
    {
        await using var other = restored.Address();
        using var client = other.Http(new Version(1, 1));
        return await FetchAsync(client, paths[clientId]);
    }

    /// <summary>Opens an upload, or opens it again, and goes on to its end.</summary>
    /// <returns>The place of its entry.</returns>
    public async Task<long> OnceAsync(string clientId, byte[] content)
    {
        var (path, offset, seq) = await OpenAsync(clientId, content);
        if (offset < told.GetValueOrDefault(clientId))
        {
            ledger.Complain($"{name} was told {told[clientId]} bytes of {clientId}, and later {offset}");
        }

        while (seq is null)
        {
            var piece = content.AsMemory((int)offset, (int)Math.Min(content.Length - offset, (content.Length + 1) / 2));
            (offset, seq) = await PatchAsync(path, offset, piece);
            told[clientId] = offset;
        }

        paths[clientId] = path;
        return seq.Value;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
        http?.Dispose();
        await address.DisposeAsync();
        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (!finishing && !stopping.IsCancellationRequested)
            {
                var content = Files.Content(random.Next(1, 200_000));
                var clientId = Unique.ClientId();
                ledger.SendFile(room, account, clientId, Files.Sha256(content));
                await FileAsync(clientId, content);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            ledger.Complain($"{name} failed to upload: {e}");
        }
        finally
        {
            ledger.Notice();
        }
    }

    private async Task FileAsync(string clientId, byte[] content)
    {
        for (; ; Resumed++)
        {
            var generation = await server.UpAsync(stopping.Token);
            try
            {
                ledger.Acknowledge(clientId, await OnceAsync(clientId, content));
                return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException && !stopping.IsCancellationRequested)
            {
                // Of a dead server: also connections that its pool still holds.
                http?.Dispose();
                http = null;
                if (server.IsUp(generation))
                {
                    ledger.Complain($"{name} lost its connection though the server was up: {e.Message}");
                    throw;
                }
            }
        }
    }

    private async Task<(string Path, long Offset, long? Seq)> OpenAsync(string clientId, byte[] content)
    {
        using var request = Request(HttpMethod.Post, "/files");
        request.Headers.Add("Upload-Length", $"{content.Length}");
        (string Key, string Value)[] metadata = [("room", room), ("filename", $"{clientId}.bin"), ("sha256", Files.Sha256(content)), ("clientid", clientId)];
        request.Headers.Add("Upload-Metadata", string.Join(',', metadata.Select(pair => $"{pair.Key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair.Value))}")));
        using var reply = await Http.SendAsync(request, stopping.Token);
        await ExpectAsync(reply, 201);
        return (reply.Headers.Location!.OriginalString, Offset(reply), Seq(reply));
    }

    private async Task<(long Offset, long? Seq)> PatchAsync(string path, long offset, ReadOnlyMemory<byte> piece)
    {
        using var request = Request(HttpMethod.Patch, path);
        request.Headers.Add("Upload-Offset", $"{offset}");
        request.Content = new ReadOnlyMemoryContent(piece);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        using var reply = await Http.SendAsync(request, stopping.Token);
        await ExpectAsync(reply, 204);
        return (Offset(reply), Seq(reply));
    }

    private async Task<string> FetchAsync(HttpClient client, string path)
    {
        try
        {
            using var request = Request(HttpMethod.Get, path);
            using var reply = await client.SendAsync(request, stopping.Token);
            return reply.IsSuccessStatusCode ? Files.Sha256(await reply.Content.ReadAsByteArrayAsync(stopping.Token)) : $"the answer was {(int)reply.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return $"the download ended: {e.Message}";
        }
    }

    private static async Task ExpectAsync(HttpResponseMessage reply, int expected)
    {
        if ((int)reply.StatusCode != expected)
        {
            throw new InvalidOperationException($"{reply.RequestMessage?.Method} was answered {(int)reply.StatusCode}: {await reply.Content.ReadAsStringAsync()}");
        }
    }

    private static long Offset(HttpResponseMessage reply) => long.Parse(Assert.Single(reply.Headers.GetValues("Upload-Offset")));

    private static long? Seq(HttpResponseMessage reply) => reply.Headers.TryGetValues("Chatroom-Seq", out var values) ? long.Parse(Assert.Single(values)) : null;

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path) { Version = Http.DefaultRequestVersion, VersionPolicy = Http.DefaultVersionPolicy };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        return request;
    }
}
