using System.Text;
using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Web.Browser;

namespace Chatroom.Web.State;

/// <summary>
/// The SDK's client of this tab's account, and what the page adds to it: which room is shown, what is open, what is being written. Everything runs on the
/// browser's one thread. Parts of the page subscribe to topics and are drawn once for all that came together.
/// </summary>
public sealed partial class Chat
{
    private readonly IClientStore _store;
    private readonly List<(Topics Topics, Action Draw)> _parts = [];
    private Topics _changed;
    private bool _drawing;

    private Chat(string id, string name, IClientStore store, bool isStored)
    {
        (AccountId, AccountName, _store, IsStored) = (id, name, store, isStored);
    }

    public string AccountId { get; }

    public string AccountName { get; private set; }

    /// <summary>The browser keeps drafts and unsent messages; false in some private modes.</summary>
    public bool IsStored { get; }

    public ChatClient Client { get; private set; } = null!;

    /// <summary>The person is an owner or admin of the server.</summary>
    public bool Manages => Client.Account?.ServerRole is Roles.Owner or Roles.Admin;

    public string ServerName => Client.Server?.Name ?? "Chatroom";

    /// <summary>Opens what the browser keeps for the account.</summary>
    public static async Task<Chat> OpenAsync(string id, string name)
    {
        IClientStore store;
        var stored = true;
        try
        {
            store = await IndexedDbStore.OpenAsync(id);
        }
        catch (StoreUnavailableException)
        {
            (store, stored) = (new MemoryStore(), false);
        }

        var chat = new Chat(id, name, store, stored);
        await chat.LoadDraftsAsync();
        return chat;
    }

    /// <summary>Connects. What is shown follows by <see cref="Subscribe"/>.</summary>
    public void Start()
    {
        Dates.Language = Preferences.Language() == "en" ? "en" : "zh-CN";
        var path = $"/a/{AccountId}";
        Client = new ChatClient(new ChatClientOptions
        {
            Transport = new BrowserTransport(path + "/ws"),
            Http = new BrowserHttp(),
            CookiePath = path,
            Store = _store,
            KeepRefused = true,
            ClientName = "chatroom-web/3.0",
            WindowEntries = 1000,
            PageSize = 50,
            BackOff = new BackOff { Longest = TimeSpan.FromSeconds(15) },
            HandlerFailed = error => Console.Error.WriteLine(error),
        });
        Client.Changed += Take;
        Page.Attach(Key, GoTo);
        Page.OnLooking(Looking);
        Boot.OnUpdate(() => Toast(Texts.Of("toast.update"), Texts.Of("toast.reload"), Boot.Reload));
        _ = SignInAsync();

        if (!IsStored)
        {
            Toast(Texts.Of("toast.not-stored"));
        }
    }

    /// <summary>Calls when something of the topics has changed; dispose to stop.</summary>
    public IDisposable Subscribe(Topics topics, Action draw)
    {
        var part = (topics, draw);
        _parts.Add(part);
        return new Subscription(() => _parts.Remove(part));
    }

    /// <summary>Something has changed: it is drawn soon, with all that comes before then.</summary>
    public void Tell(Topics topics)
    {
        _changed |= topics;
        if (!_drawing)
        {
            _drawing = true;
            _ = SoonAsync();
        }
    }

    /// <summary>The same, at once: for what the person did and waits to see.</summary>
    public void TellNow(Topics topics)
    {
        _changed |= topics;
        Draw();
    }

    /// <summary>Does something that may be refused; a refusal is told in a toast. True when it was done.</summary>
    public async Task<bool> TryAsync(Func<Task> action)
    {
        try
        {
            await action();
            return true;
        }
        catch (Exception error) when (error is ChatException or IOException or InvalidOperationException)
        {
            Toast(Texts.Of(error));
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task SignInAsync()
    {
        try
        {
            await Client.SignInByCookieAsync(new AccountInfo { Id = AccountId, Name = AccountName });
        }
        catch (Exception error) when (error is ChatException or IOException or OperationCanceledException)
        {
            // The connection's state says it, and is shown.
            Console.Error.WriteLine(error.Message);
        }
    }

    private async Task SoonAsync()
    {
        await Task.Yield();
        Draw();
    }

    private void Draw()
    {
        var changed = _changed;
        (_changed, _drawing) = (Topics.None, false);
        if (changed.HasFlag(Topics.Rooms))
        {
            Badge();
        }

        foreach (var (topics, draw) in _parts.ToArray())
        {
            if ((topics & changed) != 0)
            {
                draw();
            }
        }
    }

    private void Looking(bool looking)
    {
        if (looking)
        {
            // What a tab that is gone left unsent.
            _ = TryAsync(Client.AdoptAsync);
        }

        ReadUpToSeen();
    }

    private async Task LoadDraftsAsync()
    {
        foreach (var key in await _store.ListAsync("draft/"))
        {
            if (await _store.ReadAsync(key) is { } bytes)
            {
                _drafts[key["draft/".Length..]] = Encoding.UTF8.GetString(bytes);
            }
        }

        foreach (var key in await _store.ListAsync("notify/"))
        {
            if (await _store.ReadAsync(key) is [var value, ..])
            {
                _notify[key["notify/".Length..]] = (NotifyAbout)value;
            }
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
