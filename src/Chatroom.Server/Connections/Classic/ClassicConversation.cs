using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Sessions;
using static Chatroom.Server.Connections.Classic.ClassicRequest;

namespace Chatroom.Server.Connections.Classic;

/// <summary>What is done for each request of Chatroom 2.0: it becomes requests of the protocol, and their replies become its answers.</summary>
internal sealed class ClassicConversation(ChatCore core, Session session, ClassicSink sink, ClassicOutbox outbox, Action<ClassicPerson> signedIn, Action startedUp) : IAsyncDisposable
{
    private static readonly TimeSpan ThrottledAnswer = TimeSpan.FromSeconds(1);

    private ClassicPerson? me;
    private ClassicStartup? lists;
    private ClassicUpload? upload;

    /// <summary>Name as typed, once signed in.</summary>
    public string User => me?.Name ?? "";

    public bool KnowsFile(string name) => me?.Files.ContainsKey(name) is true;

    /// <summary>Does what is asked and queues the answers; returns when the next request may be read.</summary>
    public async Task HandleAsync(ClassicRequest request, CancellationToken cancellation)
    {
        switch (request)
        {
            case Login login:
                await LoginAsync(login, cancellation);
                break;
            case Register register:
                await RegisterAsync(register, cancellation);
                break;
            case FilePiece piece:
                await PieceAsync(piece, cancellation);
                break;
            case Wrong wrong:
                await WrongAsync(wrong, cancellation);
                break;
            case var _ when me is null:
                await AnswerAsync(ClassicMessage.Of(Code.WrongMessage), cancellation);
                break;
            default:
                await SignedInAsync(request, me, lists!, cancellation);
                break;
        }
    }

    /// <summary>The content of a file stands still for too long: nothing of it is kept, the rest is skipped, and a place for uploads is free again.</summary>
    public Task StalledAsync(CancellationToken cancellation) => upload is null ? Task.CompletedTask : RefuseFileAsync("It stood still for too long.", cancellation);

    /// <summary>A line from the server in the lobby of this client alone.</summary>
    public async Task SayAsync(string text, CancellationToken cancellation)
    {
        foreach (var line in ClassicText.Lines(ClassicText.Service, ClassicText.Outgoing(text)))
        {
            await AnswerAsync(line, cancellation);
        }
    }

    public ValueTask DisposeAsync() => upload?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task SignedInAsync(ClassicRequest request, ClassicPerson person, ClassicStartup start, CancellationToken cancellation)
    {
        // A client that does these has its listener running.
        if (request is Text or Emoji or ClassicRequest.File or AddFriend or Download)
        {
            startedUp();
        }

        switch (request)
        {
            case Text text:
                await TextAsync(text, cancellation);
                break;
            case Emoji { To: "" } emoji:
                await EmojiAsync(emoji, cancellation);
                break;
            case ClassicRequest.File file:
                upload = file.To.Length > 0 ? null : await ClassicUpload.OpenAsync(core, session, person, file, refusal => RefuseFileAsync(refusal, cancellation), cancellation);
                break;
            case AddFriend add:
                await ClassicAddFriend.HandleAsync(core, sink, person, add, AnswerAsync, SayAsync, cancellation);
                break;
            case Download download:
                await ClassicDownload.HandleAsync(core, session, sink, person, download.Name, AnswerAsync, SayAsync, cancellation);
                break;
            case Users:
                await AnswerAsync(await start.UsersAsync(cancellation), cancellation);
                break;
            case Friends:
                await AnswerAsync(await start.FriendsAsync(cancellation), cancellation);
                break;
            case PrivateInit init:
                await AnswerAsync(await start.PrivateAsync(init, cancellation), cancellation);
                break;
            case ClassicRequest.Files:
                await AnswerAsync(await start.FilesAsync(cancellation), cancellation);
                break;
            case History:
                await AnswerAsync(await start.HistoryAsync(cancellation), cancellation);
                break;
            default:
                break;
        }
    }

    private ValueTask AnswerAsync(ClassicMessage message, CancellationToken cancellation) => outbox.ReplyAsync(message, cancellation);

    private async Task LoginAsync(Login login, CancellationToken cancellation)
    {
        if (me is not null)
        {
            await AnswerAsync(ClassicMessage.Of(Code.LoginDuplicate), cancellation);
            return;
        }

        var frames = await sink.AskAllAsync(Code.Login, new LoginRequest
        {
            Version = 3,
            Name = login.Name,
            Password = login.Password,
            Device = "Chatroom 2.0",
            Client = "classic",
            Page = 1,
        }, cancellation);
        var code = frames[0].Code;
        if (code == Code.LoginSuccess)
        {
            me = ClassicStartup.Read(frames, login.Name);
            lists = new ClassicStartup(core, sink, outbox, me);
            signedIn(me);
        }
        else if (code == Code.TooManyRequests)
        {
            await sink.WaitAsync((long)ThrottledAnswer.TotalMilliseconds, cancellation);
        }

        // That client has boxes for three refusals only; a disabled account and a throttled one are told like a wrong password.
        await AnswerAsync(ClassicMessage.Of(code switch
        {
            Code.LoginSuccess or Code.LoginNoAccount or Code.LoginDuplicate => code,
            Code.LoginWrongPassword or Code.AccountDisabled or Code.TooManyRequests => Code.LoginWrongPassword,
            _ => Code.WrongMessage,
        }), cancellation);
    }

    // The only box for a failure is 202's: "please try again".
    private async Task RegisterAsync(Register register, CancellationToken cancellation)
    {
        var frames = await sink.AskAllAsync(Code.Register, new RegisterRequest { Name = register.Name, Password = register.Password, ClientId = NewId() }, cancellation);
        await AnswerAsync(ClassicMessage.Of(frames[0].Code == Code.RegisterSuccess ? Code.RegisterSuccess : Code.RegisterNameTaken), cancellation);
    }

    private async Task TextAsync(Text text, CancellationToken cancellation)
    {
        var (to, room) = text.To.Length > 0 ? (text.To, null) : ((string?)null, Ids.Room(Ids.Lobby));
        var stored = false;
        foreach (var part in ClassicText.Messages(ClassicText.Incoming(text.Body)).DefaultIfEmpty(""))
        {
            var reply = await sink.AskAsync(Code.SendMessage, new SendMessageRequest { Room = room, To = to, Text = part, ClientId = NewId() }, cancellation);
            if (Codes.IsError(reply.Code))
            {
                await AnswerAsync(ClassicMessage.Of(Code.WrongMessage), cancellation);
                await SayAsync($"{(to is null ? "Your message" : $"Your message to {to}")} was not sent. {Why(reply)}", cancellation);
                return;
            }

            stored |= reply.Code == Code.SendMessagePrivateStored;
        }

        if (stored)
        {
            await AnswerAsync(ClassicMessage.Of(Code.SendMessagePrivateStored, text.To), cancellation);
        }
    }

    private async Task EmojiAsync(Emoji emoji, CancellationToken cancellation)
    {
        var reply = await sink.AskAsync(Code.SendEmoji, new SendEmojiRequest { Room = Ids.Room(Ids.Lobby), Emoji = emoji.Word, ClientId = NewId() }, cancellation);
        if (Codes.IsError(reply.Code))
        {
            await AnswerAsync(ClassicMessage.Of(Code.SendEmojiError), cancellation);
        }
    }

    private async Task PieceAsync(FilePiece piece, CancellationToken cancellation)
    {
        if (upload is null)
        {
            return;
        }

        if (await upload.AppendAsync(piece.Bytes, piece.Last, cancellation) is { } refusal)
        {
            await RefuseFileAsync(refusal, cancellation);
        }
        else if (piece.Last)
        {
            await upload.DisposeAsync();
            upload = null;
        }
    }

    private async Task RefuseFileAsync(string why, CancellationToken cancellation)
    {
        await DisposeAsync();
        upload = null;
        await AnswerAsync(ClassicMessage.Of(Code.SendFileError), cancellation);
        await SayAsync($"Your file was not sent. {why}", cancellation);
    }

    private async Task WrongAsync(Wrong wrong, CancellationToken cancellation)
    {
        await AnswerAsync(ClassicMessage.Of(me is null ? Code.WrongMessage : wrong.Answer), cancellation);
        if (wrong.TooLong && me is not null)
        {
            await SayAsync("That was too long and was not sent: a text has at most 65536 characters, a file 50 MiB.", cancellation);
        }
    }

    internal static string Why(Frame reply) => WireJson.Read<ErrorBody>(reply.Body.Span).Text;

    /// <summary>A client id: that client has none, and never puts a request twice.</summary>
    internal static string NewId() => Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
}
