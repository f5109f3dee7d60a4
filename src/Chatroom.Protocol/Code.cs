namespace Chatroom.Protocol;

/// <summary>
/// The whole vocabulary of the wire on one screen. Numbers of Chatroom 2.0 keep their meaning; new numbers are added, never reused
/// (<c>protocol/vectors/codes.txt</c> holds them, and a test holds that file).
/// </summary>
public enum Code : ushort
{
    // Requests of Chatroom 2.0.
    ShowAllFriends = 0,
    Login = 1,
    Register = 2,
    SendMessage = 3,
    GetAllUsers = 4,
    GetAllChatHistory = 5,
    SendEmoji = 6,
    SendFile = 7,
    GetAllFileHistory = 8,
    AddFriend = 9,
    PrivateInit = 98,
    DownFile = 99,

    // Requests since 3: session and account.
    Ping = 10,
    Logout = 11,
    ChangePassword = 12,
    ListDevices = 13,
    SignOutDevice = 14,
    SetSettings = 15,
    CreateToken = 16,
    RemoveFriend = 20,
    Block = 21,
    Unblock = 22,

    // Requests since 3: groups.
    CreateGroup = 30,
    RenameGroup = 31,
    SetTopic = 32,
    SetGroupOptions = 33,
    Invite = 34,
    JoinGroup = 35,
    LeaveGroup = 36,
    RemoveMember = 37,
    SetRole = 38,
    ListMembers = 39,
    ListGroups = 40,
    DeclineInvitation = 41,

    // Requests since 3: what one does with an entry.
    Edit = 50,
    Recall = 51,
    React = 52,
    Pin = 53,
    MarkRead = 54,
    Typing = 55,
    ListPins = 56,
    Search = 57,

    // Requests since 3: for those who run the server.
    ListUsers = 60,
    SetUserRole = 61,
    DisableUser = 62,
    DeleteUser = 63,
    ResetPassword = 64,
    CreateInvite = 65,
    ReadAudit = 66,
    ListInvites = 67,
    RevokeInvite = 68,

    // Replies and events.
    Ok = 100,
    LoginSuccess = 101,
    LoginWrongPassword = 102,
    LoginNoAccount = 103,
    LoginDuplicate = 104,
    LoginUsername = 105,
    Pong = 110,
    Devices = 113,
    TokenCreated = 116,
    GroupCreated = 130,
    Joined = 135,
    Members = 139,
    Groups = 140,
    Pins = 156,
    Found = 157,
    Users = 160,
    InviteCreated = 165,
    Audit = 166,
    Invites = 167,
    Bye = 190,
    SyncDone = 199,
    RegisterSuccess = 201,
    RegisterNameTaken = 202,
    DownFileSuccess = 290,
    DownFileError = 291,
    PrivateHistory = 292,
    PrivateHistoryEmpty = 293,
    PrivateHistoryError = 294,
    Friends = 295,
    FriendsError = 296,
    FriendsNone = 297,
    SendMessageAll = 301,
    SendMessageError = 302,
    SendMessagePrivate = 303,
    SendMessagePrivateStored = 304,
    Entry = 310,
    TypingNotice = 320,
    AccountChanged = 330,
    Rooms = 331,
    Presence = 332,
    GetSuccess = 401,
    GetError = 404,
    History = 501,
    HistoryError = 502,
    SendEmojiSuccess = 601,
    SendEmojiError = 602,
    SendFileSuccess = 701,
    SendFileError = 702,
    UploadOpened = 703,
    LogoutInfo = 800,
    FileHistory = 801,
    FileHistoryError = 802,
    WrongMessage = 900,
    AddFriendSuccess = 901,
    AddFriendAlready = 902,
    NoSuchUser = 903,
    AddFriendError = 904,
    AddFriendRemind = 905,

    // Errors since 3.
    FrameInvalid = 910,
    Unsupported = 911,
    NotSignedIn = 912,
    AlreadySignedIn = 913,
    NotFound = 914,
    Forbidden = 915,
    TooManyRequests = 916,
    IdempotencyConflict = 917,
    NotAccepting = 918,
    TextTooLarge = 919,
    InvalidName = 920,
    NameTaken = 921,
    LastOwner = 922,
    RegistrationClosed = 923,
    InvitationInvalid = 924,
    WeakPassword = 925,
    AccountDisabled = 926,
    TokenInvalid = 927,
    StoreUnavailable = 928,
    StorageFull = 929,
    ScopeMissing = 930,
    InvalidTarget = 931,
    LimitReached = 932,
    ServerStopping = 933,
    InternalError = 934,
    FileTooLarge = 935,
    HashMismatch = 936,
    SlowConsumer = 937,
    SignedOut = 938,
    VersionUnsupported = 939,
}

public static class Codes
{
    /// <summary>True for the codes whose body is an <see cref="Messages.Entry"/>: a committed entry of a room's log.</summary>
    public static bool IsEntry(Code code) => code is Code.SendMessageAll or Code.SendMessagePrivate or Code.SendMessagePrivateStored
        or Code.SendEmojiSuccess or Code.SendFileSuccess or Code.Entry;

    /// <summary>True for the codes whose body is an <see cref="Messages.ErrorBody"/>.</summary>
    public static bool IsError(Code code) => code is Code.LoginWrongPassword or Code.LoginNoAccount or Code.LoginDuplicate
        or Code.RegisterNameTaken or Code.DownFileError or Code.PrivateHistoryError or Code.FriendsError or Code.SendMessageError
        or Code.GetError or Code.HistoryError or Code.SendEmojiError or Code.SendFileError or Code.FileHistoryError
        or Code.WrongMessage or Code.AddFriendAlready or Code.NoSuchUser or Code.AddFriendError
        || (ushort)code is >= 910 and <= 999;
}
