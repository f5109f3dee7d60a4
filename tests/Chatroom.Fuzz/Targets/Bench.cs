using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Chatroom.Fuzz.Engine;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server;
using Chatroom.Server.Connections;
using Chatroom.Server.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatroom.Fuzz.Targets;

/// <summary>A server's core over a store in memory-backed files, without a listener, for targets that need somebody who answers.</summary>
internal sealed class Bench
{
    private static readonly Lazy<Bench> Shared = new(Start);

    private readonly DataFolder data;

    private Bench(DataFolder data, ChatCore core) => (this.data, Core) = (data, core);

    /// <summary>One for the whole run; it ends with the process.</summary>
    public static Bench One => Shared.Value;

    public ChatCore Core { get; private set; }

    public Line Connect() => new(Core);

    private static Bench Start()
    {
        var options = new ChatServerOptions
        {
            Data = Path.Combine(Shelf.Folder, "server"),
            MasterKey = Path.Combine(Shelf.Folder, "server.key"),
            PasswordMemoryKib = 64,
            PasswordPasses = 1,
            Limits = false,
            Synchronous = "OFF",
        };
        var data = DataFolder.Open(options, create: true);
        var bench = new Bench(data, Now.Of(ChatServer.OpenAsync(data, options, NullLogger.Instance, TimeProvider.System)));
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            Now.Of(bench.Core.DisposeAsync().AsTask());
            bench.data.Dispose();
        };
        return bench;
    }
}

/// <summary>A connection of a client that asks one thing at a time: a WebSocket over two pipes in memory.</summary>
internal sealed class Line
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebSocket socket;
    private readonly Task serving;
    private byte[] buffer = new byte[16 * 1024];
    private uint last;
    private uint greeted;

    public Line(ChatCore core)
    {
        // Events that nobody waits for hold nothing up.
        var (toServer, toClient) = (new Pipe(), new Pipe(new PipeOptions(pauseWriterThreshold: 0)));
        socket = Socket(toClient.Reader, toServer.Writer, isServer: false);
        serving = new ChatConnection(core, new WebSocketChannel(Socket(toServer.Reader, toClient.Writer, isServer: true)), "fuzz").RunAsync(CancellationToken.None);
    }

    public bool IsOpen => !serving.IsCompleted;

    /// <summary>The id of who signed in.</summary>
    public string Account { get; private set; } = "";

    public string Device { get; private set; } = "";

    public string Token { get; private set; } = "";

    /// <summary>The answer, its last frame where it has several; null when the server ended the connection.</summary>
    public Frame? Ask(Code code, byte[] body)
    {
        Now.Of(socket.SendAsync(FrameCodec.Write(code, ++last, body).AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None).AsTask());
        return Now.Of(AnswerAsync(last).WaitAsync(Patience));
    }

    /// <summary>The body of an answer that must be none of an error.</summary>
    public JsonNode Ask(Code code, string body)
    {
        var answer = Ask(code, Encoding.UTF8.GetBytes(body)) ?? throw new InvalidOperationException($"{code} ended the connection.");
        return Codes.IsError(answer.Code) ? throw new InvalidOperationException($"{code}: {Encoding.UTF8.GetString(answer.Body.Span)}") : JsonNode.Parse(answer.Body.Span)!;
    }

    /// <summary>Waits for the end of a connection that gives no more frames.</summary>
    public bool HasEnded() => serving.Wait(Patience);

    public void Leave()
    {
        socket.Abort();
        Now.Of(serving.WaitAsync(Patience));
    }

    private async Task<Frame?> AnswerAsync(uint request)
    {
        while (await NextAsync() is { } frame)
        {
            if (frame.RequestId != request)
            {
                continue;
            }

            if (frame.Code == Code.LoginSuccess)
            {
                // The answer goes on until SYNC_DONE.
                greeted = request;
                var welcome = WireJson.Read<LoginSuccess>(frame.Body.Span);
                (Account, Device, Token) = (welcome.Account.Id, welcome.Device, welcome.Token ?? "");
            }
            else if (greeted != request || frame.Code == Code.SyncDone || Codes.IsError(frame.Code))
            {
                return frame;
            }
        }

        return null;
    }

    private async Task<Frame?> NextAsync()
    {
        for (var length = 0; ;)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * length);
            }

            var result = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += result.Count;
            if (result.EndOfMessage)
            {
                var bytes = new ReadOnlySequence<byte>(buffer, 0, length);
                Promised.That(FrameCodec.TryRead(ref bytes, _ => WireLimits.ServerBody, out var frame) == FrameStatus.Complete && bytes.IsEmpty, "The server wrote what is no frame.");
                return frame;
            }
        }
    }

    private static WebSocket Socket(PipeReader input, PipeWriter output, bool isServer) =>
        WebSocket.CreateFromStream(new DuplexStream(input.AsStream(), output.AsStream()), new WebSocketCreationOptions { IsServer = isServer, KeepAliveInterval = TimeSpan.Zero });
}
