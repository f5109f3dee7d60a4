using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server;
using Chatroom.Server.Commands;
using Chatroom.Server.Files.Http;
using Chatroom.Server.Storage;
using Chatroom.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatroom.Tests.Files;

/// <summary>Files over HTTP on a loopback port, and short ways to speak to them.</summary>
internal sealed class FileBench : IAsyncDisposable
{
    private readonly WebApplication web;

    private FileBench(TestCore test, WebApplication web)
    {
        (Test, this.web) = (test, web);
        Address = new Uri(web.Urls.First());
        Http = new HttpClient { BaseAddress = Address };
    }

    public TestCore Test { get; }

    public ChatCore Core => Test.Core;

    public Uri Address { get; }

    public HttpClient Http { get; }

    public static async Task<FileBench> StartAsync(ChatServerOptions? options = null, ILogger? log = null)
    {
        var test = await TestCore.StartAsync(options, log);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(test.Core.Metrics);
        var web = builder.Build();
        FileEndpoints.Map(web, test.Core);
        await web.StartAsync();
        return new FileBench(test, web);
    }

    public static byte[] Content(int size) => BlobWorkbench.Content(size);

    public static string NewClientId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public static SendFileRequest Announce(byte[] content, string? room = "lobby", string name = "notes.txt") => new()
    {
        Room = room,
        Name = name,
        Size = content.Length,
        Type = "text/plain",
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)),
        ClientId = NewClientId(),
    };

    public Task<Reply> SendFileAsync(TestPerson person, SendFileRequest request) =>
        SendFile.Handle(new Request<SendFileRequest>(Core, null, person.Caller, request, [], CancellationToken.None));

    /// <summary>SEND_FILE that is accepted.</summary>
    public async Task<UploadOpened> OpenAsync(TestPerson person, SendFileRequest request)
    {
        var reply = await SendFileAsync(person, request);
        Assert.Equal(Code.UploadOpened, reply.Code);
        return WireJson.Read<UploadOpened>(reply.Body);
    }

    /// <summary>A whole file; returns its id.</summary>
    public async Task<string> UploadAsync(TestPerson person, byte[] content, string? room = "lobby", string name = "notes.txt")
    {
        var opened = await OpenAsync(person, Announce(content, room, name));
        using var answer = await PatchAsync(person, opened.Path, 0, content);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        return IdOf(opened.Path);
    }

    public static string IdOf(string path) => path["/files/".Length..];

    public Task<HttpResponseMessage> PatchAsync(TestPerson? person, string path, long offset, byte[] bytes)
    {
        var request = Tus(HttpMethod.Patch, path);
        request.Headers.Add("Upload-Offset", Number(offset));
        request.Content = Piece(bytes);
        return SendAsync(person, request);
    }

    public Task<HttpResponseMessage> PostAsync(TestPerson? person, SendFileRequest announced)
    {
        var request = Tus(HttpMethod.Post, "/files");
        request.Headers.Add("Upload-Length", Number(announced.Size!.Value));
        request.Headers.Add("Upload-Metadata", Metadata(announced));
        return SendAsync(person, request);
    }

    public Task<HttpResponseMessage> HeadAsync(TestPerson? person, string path) => SendAsync(person, Tus(HttpMethod.Head, path));

    public Task<HttpResponseMessage> DeleteAsync(TestPerson? person, string path) => SendAsync(person, Tus(HttpMethod.Delete, path));

    public Task<HttpResponseMessage> GetAsync(TestPerson? person, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return SendAsync(person, request);
    }

    public static HttpRequestMessage Tus(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        return request;
    }

    public async Task<long> OffsetAsync(TestPerson person, string path)
    {
        using var head = await HeadAsync(person, path);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        return long.Parse(Header(head, "Upload-Offset"), CultureInfo.InvariantCulture);
    }

    public static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));

    public static async Task<HttpError> ErrorAsync(HttpResponseMessage answer) => WireJson.Read<HttpError>(await answer.Content.ReadAsByteArrayAsync());

    public Task<FileRow?> RowAsync(string id) => Core.Store.ReadAsync(store => store.File(id));

    /// <summary>The file entries of a room.</summary>
    public Task<List<Entry>> EntriesAsync(string roomId)
    {
        Assert.True(Ids.TryRoom(roomId, out var room));
        return Core.Store.ReadAsync(store => store.FileEntries(room, long.MaxValue, 1, 100).Select(e => Core.Entries.View(store, e)).ToList());
    }

    /// <summary>Names of what is on disk of contents.</summary>
    public string[] OnDisk() => [.. Directory.EnumerateFiles(Path.Combine(Test.Data, "files"), "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)!)];

    /// <summary>Begins a PATCH by hand: announces <paramref name="announced"/> bytes, sends some, and leaves the rest to the caller.</summary>
    public async Task<Socket> BeginPatchAsync(TestPerson person, string path, long offset, long announced, byte[] sent)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Address.Port);
        var head = string.Create(CultureInfo.InvariantCulture, $"PATCH {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {person.Token}\r\nTus-Resumable: 1.0.0\r\n" +
            $"Upload-Offset: {offset}\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: {announced}\r\n\r\n");
        await SendAllAsync(socket, Encoding.ASCII.GetBytes(head));
        await SendAllAsync(socket, sent);
        return socket;
    }

    public static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes)..];
        }
    }

    public async Task<HttpResponseMessage> SendAsync(TestPerson? person, HttpRequestMessage request)
    {
        if (person is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
        }

        return await Http.SendAsync(request);
    }

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static ByteArrayContent Piece(byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        return content;
    }

    public static string Metadata(SendFileRequest request) => string.Join(",", new[]
    {
        ("room", request.Room), ("to", request.To), ("filename", request.Name), ("filetype", request.Type), ("sha256", request.Sha256), ("clientid", request.ClientId),
    }.Where(p => p.Item2 is not null).Select(p => p.Item1 + " " + Convert.ToBase64String(Encoding.UTF8.GetBytes(p.Item2!))));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await web.DisposeAsync();
        await Test.DisposeAsync();
    }
}
