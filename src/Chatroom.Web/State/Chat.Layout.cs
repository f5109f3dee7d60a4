using System.Runtime.InteropServices.JavaScript;
using Chatroom.Client;
using Chatroom.Web.Browser;

namespace Chatroom.Web.State;

// What is open, and the keys of the page.
public sealed partial class Chat
{
    private bool _leaving;

    public Layout Layout { get; } = new();

    public MessageFinder Finder { get; } = new();

    public void Open(DialogKind kind, string subject = "") => Open(new OpenDialog(kind, subject));

    public void Open(OpenDialog dialog)
    {
        (Layout.Dialog, Layout.Menu) = (dialog, null);
        TellNow(Topics.Layout);
    }

    public void CloseDialog()
    {
        Layout.Dialog = null;
        Tell(Topics.Layout);
    }

    public void OpenMenu(MenuKind kind, string anchor, long seq = 0)
    {
        Layout.Menu = Layout.Menu is { } open && open.Kind == kind && open.Seq == seq ? null : new OpenMenu(kind, anchor, seq);
        TellNow(Topics.Layout);
    }

    public void CloseMenu()
    {
        Layout.Menu = null;
        Tell(Topics.Layout);
    }

    public void Confirm(string title, string text, string act, Func<Task> then) =>
        Open(new OpenDialog(DialogKind.Confirm, question: new ConfirmQuestion(title, text, act, then)));

    public void ToggleDrawer(bool open)
    {
        Layout.Drawer = open;
        Tell(Topics.Layout);
    }

    /// <summary>The switch of the members' pane; on a narrow screen it lies over the timeline and is closed at first.</summary>
    public void ToggleMembers(bool wide)
    {
        if (wide)
        {
            Preferences.MembersShown = !Preferences.MembersShown;
        }
        else
        {
            Layout.MembersOver = !Layout.MembersOver;
        }

        Tell(Topics.Layout);
    }

    public async Task SetLanguageAsync(string language)
    {
        try
        {
            await Preferences.SetLanguageAsync(language);
        }
        catch (JSException)
        {
            // Its sentences are on the server.
            Toast(Texts.Of("error.offline"));
            return;
        }

        Texts.Forget();
        Dates.Language = Preferences.Language() == "en" ? "en" : "zh-CN"; // Another may have been chosen meanwhile.
        Tell(Topics.All);
    }

    /// <summary>Signs this browser out of the account and forgets what it kept of it.</summary>
    public async Task SignOutAsync()
    {
        _leaving = true;
        await Client.SignOutAsync();
        await Client.DisposeAsync();
        try
        {
            await IndexedDbStore.DeleteAllAsync(AccountId);
        }
        catch (StoreException error)
        {
            Console.Error.WriteLine(error);
        }

        await Session.EndAsync(AccountId);
        Boot.Leave(AccountId, "");
    }

    /// <returns>True when the key was one of ours here.</returns>
    private bool Key(string name)
    {
        switch (name)
        {
            case "jump":
                Open(DialogKind.Jump);
                return true;
            case "search" when Layout.Dialog is null:
                Open(DialogKind.Search);
                return true;
            case "help":
                Open(DialogKind.Keys);
                return true;
            case "previous" or "next" when Layout.Dialog is null:
                SelectNeighbour(name == "next" ? 1 : -1, unreadOnly: false);
                return true;
            case "previous-unread" or "next-unread" when Layout.Dialog is null:
                SelectNeighbour(name == "next-unread" ? 1 : -1, unreadOnly: true);
                return true;
            case "escape":
                return Escape();
            default:
                return false;
        }
    }

    public bool Escape()
    {
        if (Layout.Menu is not null)
        {
            CloseMenu();
        }
        else if (Layout.Drawer || Layout.MembersOver)
        {
            (Layout.Drawer, Layout.MembersOver) = (false, false);
            Tell(Topics.Layout);
        }
        else if (!CancelContext() && Current is { } room)
        {
            _ = MarkReadAsync(room);
            if (Rows is { HasNewest: false } || !Following)
            {
                ToNewest();
            }
        }

        return true;
    }
}
