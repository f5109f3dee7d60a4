namespace Chatroom.Web.State;

/// <summary>What has changed; each part of the page names those it shows.</summary>
[Flags]
public enum Topics
{
    None = 0,
    Connection = 1,

    /// <summary>The list of rooms, their names, unread counts; invitations.</summary>
    Rooms = 2,

    /// <summary>Rows of the room shown.</summary>
    Timeline = 4,

    /// <summary>The person's own rows that are not acknowledged.</summary>
    Pending = 8,

    /// <summary>Friends, blocks, who is online.</summary>
    People = 16,
    Members = 32,

    /// <summary>What stands around the field: reply, edit, files, completion.</summary>
    Composer = 64,

    /// <summary>Dialogs, menus, drawer.</summary>
    Layout = 128,
    Toasts = 256,
    Typing = 512,
    Devices = 1024,
    All = ~0,
}
