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

/// <param name="Subject">What it is about: an account's or a file's id.</param>
public sealed record OpenDialog(DialogKind Kind, string Subject = "", ConfirmQuestion? Question = null, Chatroom.Protocol.Messages.FileInfo? File = null);

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

/// <param name="Anchor">Selector of the element beside which it opens.</param>
/// <param name="Seq">The message it is about; 0: the composer.</param>
public sealed record OpenMenu(MenuKind Kind, string Anchor, long Seq = 0);
