using Chatroom.Cli.Text;
using Chatroom.Client;
using Chatroom.Protocol.Messages;
using WireFile = Chatroom.Protocol.Messages.FileInfo;

namespace Chatroom.Cli.LineMode;

// Messages and files of the room.
internal sealed partial class ChatCommands
{
    private const int Page = 50;
    private const int ShortPage = 20;

    private IReadOnlyList<Entry> _listed = [];

    private MessageSearch? _search;

    // Numbers are those of the list of this room.
    private RoomView? _listedIn;

    private static readonly TimeSpan MentionPatience = TimeSpan.FromSeconds(3);

    private readonly Mentions _mentions;

    private async Task SendAsync(RoomView room, string text, long? replyTo = null) =>
        _send(Client.SendText(room, text, replyTo, await MentionsAsync(room, text)));

    // A message must not wait for this: without a connection it is sent later, and mentions nobody.
    private async Task<IReadOnlyList<string>?> MentionsAsync(RoomView room, string text)
    {
        if (!text.Contains('@') || Client.Connection.Phase != ConnectionPhase.Online)
        {
            return null;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_session.Stop);
        patience.CancelAfter(MentionPatience);
        try
        {
            return await _mentions.InTextAsync(room.Id, text, patience.Token);
        }
        catch (Exception e) when (e is ChatException or ConnectionLostException or OperationCanceledException)
        {
            _chat.Say("chat.nobody-mentioned");
            return null;
        }
    }

    private Task ReplyAsync(Words words)
    {
        var target = Needed(words.Number());
        return SendAsync(Room, Needed(words.Rest), target);
    }

    // Without a seq the last message of one's own is meant; a text that begins with a number is written after one.
    private async Task EditAsync(Words words)
    {
        var target = words.Number() ?? Room.Entries.LastOrDefault(row => row.Origin == Origin.Own && row.Entry.Kind == EntryKinds.Text && !row.IsRecalled)?.Seq;
        var text = Needed(words.Rest);
        _send(Client.Edit(Room.Id, Needed(target), text, await MentionsAsync(Room, text)));
    }

    private void React(Words words, bool on)
    {
        var target = Needed(words.Number());
        _send(Client.React(Room.Id, target, EmojiNames.Find(Needed(words.Rest)), on));
    }

    private async Task HistoryAsync(Words words)
    {
        var count = (int)Math.Clamp(words.Number() ?? ShortPage, 1, 10_000);
        while (Room.Entries.Count < count && Room.HasOlder && await WaitAsync(stop => Room.LoadOlderAsync(Math.Clamp(count, 1, 200), stop)) > 0)
        {
        }

        _chat.Rows(Room.Entries.TakeLast(count));
    }

    private async Task OlderAsync(Words words)
    {
        var oldest = _chat.Oldest;
        var older = Older(oldest);
        while (older.Count < Page && Room.HasOlder && await WaitAsync(stop => Room.LoadOlderAsync(Page, stop)) > 0)
        {
            older = Older(oldest);
        }

        if (older.Count == 0)
        {
            _chat.Say("chat.no-older");
        }

        _chat.Rows(older);
    }

    private List<MessageView> Older(long than) => [.. Room.Entries.Where(row => row.Seq < than).TakeLast(Page)];

    private async Task PinsAsync(Words words)
    {
        var pins = await WaitAsync(stop => Client.PinsAsync(Room.Id, stop));
        foreach (var entry in pins.Entries)
        {
            var edit = pins.Amendments?.FirstOrDefault(one => one.Target == entry.Seq)?.Edit;
            _chat.Print(_chat.Words.StyleOf(entry), _chat.Words.Say(entry with { Text = edit?.Text ?? entry.Text }));
        }

        SayNone(pins.Entries.Count);
    }

    // Without words the last search goes on.
    private async Task SearchAsync(Words words)
    {
        if (words.Rest.Length > 0)
        {
            _search = Client.Search(words.Rest);
        }

        var search = _search ?? throw new UsageException();
        var hits = await WaitAsync(search.NextAsync);
        foreach (var hit in hits)
        {
            _chat.Print(_chat.Words.StyleOf(hit.Entry), _chat.Words.Say(hit, Client.Room(hit.Entry.Room)));
        }

        _chat.Say(hits.Count == 0 ? "search.none" : search.IsOver ? "search.over" : "search.more");
    }

    private async Task FilesAsync(Words words)
    {
        var room = Room;
        _listed = (await WaitAsync(stop => Client.FileHistoryAsync(room.Id, limit: Page, cancellationToken: stop))).Files;
        _listedIn = room;
        for (var i = 0; i < _listed.Count; i++)
        {
            _chat.Print(_chat.Words.StyleOf(_listed[i]), $"{i + 1,3}  {_chat.Words.Say(_listed[i])}");
        }

        SayNone(_listed.Count);
    }

    /// <summary>A file is sent beside the talking; its entry tells that it is there.</summary>
    private void FileOut(Words words)
    {
        var path = Needed(words.Name());
        var room = Room;
        if (Directory.Exists(path))
        {
            throw new CliException(ExitCodes.Failed, _session.Strings["file.is-folder", Sanitizer.Line(path)]);
        }

        var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Transfer(SendAsync(content), content.Name);

        async Task SendAsync(FileStream stream)
        {
            await using (stream)
            {
                await Client.Files.UploadAsync(room, Path.GetFileName(stream.Name), stream, cancellationToken: _session.Stop);
            }
        }

        _chat.Say("chat.sending-file", Sanitizer.Line(Path.GetFileName(content.Name)), EntryWords.Size(content.Length));
    }

    private async Task GetAsync(Words words)
    {
        // A name with spaces may come without quotes, and a path after it: the file that is there tells where the name ends.
        var (all, isQuoted, which) = (Needed(words.Rest), words.Rest.StartsWith('"'), words.Next());
        var (room, path) = (Room, words.Name());
        var file = int.TryParse(which, out var number) && number > 0 && number <= _listed.Count && _listedIn == room
            ? _listed[number - 1].File
            : await WaitAsync(stop => FileDownload.FindAsync(Client, room.Id, IsMeant, stop));
        if (file is null)
        {
            throw new CliException(ExitCodes.Failed, _session.Strings["chat.no-file"]);
        }

        if (!isQuoted && file.Name != which && IsAtStart(file.Name))
        {
            path = new Words(all[file.Name.Length..]).Name();
        }

        var target = FileDownload.Target(file, path.Length > 0 ? path : null);
        if (Path.Exists(target))
        {
            throw new CliException(ExitCodes.Failed, _session.Strings["file.exists", Sanitizer.Line(target), Sanitizer.Line(which)]);
        }

        bool IsMeant(WireFile one) => one.Id == which || one.Name == which || (!isQuoted && IsAtStart(one.Name));
        bool IsAtStart(string name) => all == name || all.StartsWith(name + " ", StringComparison.Ordinal);

        Transfer(FetchAsync(), file.Name);

        async Task FetchAsync() => _chat.Say(
            "chat.got-file", await FileDownload.RunAsync(_session, file, path.Length > 0 ? path : null, overwrite: false, progress: null));
    }

    private void Transfer(Task transfer, string name)
    {
        Transfers = Task.WhenAll(Transfers, TellAsync());

        async Task TellAsync()
        {
            try
            {
                await transfer;
            }
            catch (Exception error) when (error is ChatException or CliException or IOException or UnauthorizedAccessException)
            {
                _chat.Problem(_session.Strings["chat.transfer-failed", Sanitizer.Line(Path.GetFileName(name)), ErrorWords.Say(_session.Strings, error)]);
            }
        }
    }

    private void SayNone(int count)
    {
        if (count == 0)
        {
            _chat.Say("chat.none");
        }
    }
}
