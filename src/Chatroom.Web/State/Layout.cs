namespace Chatroom.Web.State;

/// <summary>What is open beside the timeline. One dialog or menu at a time.</summary>
public sealed class Layout
{
    /// <summary>On a narrow screen: the sidebar is drawn over the timeline.</summary>
    public bool Drawer { get; set; }

    /// <summary>On a narrow screen: the members are drawn over the timeline.</summary>
    public bool MembersOver { get; set; }

    public OpenDialog? Dialog { get; set; }

    public OpenMenu? Menu { get; set; }
}

public enum DialogKind
{
    Jump,
    Search,
    CreateGroup,
    FindGroups,
    GroupSettings,
    Invite,
    AddFriend,
    Person,
    Settings,
    Devices,
    ChangePassword,
    Files,
    Pins,
    Keys,
    Manage,
    Confirm,
    Viewer,
}

/// <summary>One opening of a dialog: the same one opened again is another.</summary>
/// <param name="subject">What it is about: an account's or a file's id.</param>
public sealed class OpenDialog(DialogKind kind, string subject = "", ConfirmQuestion? question = null, Chatroom.Protocol.Messages.FileInfo? file = null)
{
    public DialogKind Kind => kind;

    public string Subject => subject;

    public ConfirmQuestion? Question => question;

    public Chatroom.Protocol.Messages.FileInfo? File => file;
}

/// <param name="Text">What will happen.</param>
/// <param name="Act">What its button says.</param>
public sealed record ConfirmQuestion(string Title, string Text, string Act, Func<Task> Do);

public enum MenuKind
{
    Account,
    Room,
    NewRoom,
    Message,
    Emoji,
}

/// <summary>One opening of a menu.</summary>
/// <param name="anchor">Selector of the element beside which it opens.</param>
/// <param name="seq">The message it is about; 0: the composer.</param>
public sealed class OpenMenu(MenuKind kind, string anchor, long seq = 0)
{
    public MenuKind Kind => kind;

    public string Anchor => anchor;

    public long Seq => seq;
}
