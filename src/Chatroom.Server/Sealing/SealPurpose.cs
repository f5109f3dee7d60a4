namespace Chatroom.Server.Sealing;

/// <summary>
/// What a sealed value is. Each purpose has keys of its own, so a value cannot be moved to another use.
/// The numbers go into the derivation of keys: never changed, never reused.
/// </summary>
public enum SealPurpose : ushort
{
    EntryBody = 1,
    RoomName = 2,
    AccountName = 3,
    DeviceName = 4,
    FileName = 5,
    FileContent = 6,
    Reply = 7,
    Settings = 8,
    TlsKey = 9,
    Audit = 10,
    Invitation = 11,
    SearchIndex = 12,
}

/// <summary>
/// What a keyed hash is for. Each purpose has a key of its own, so equal values in two indexes cannot be told to be equal.
/// The numbers go into the derivation of keys: never changed, never reused.
/// </summary>
public enum IndexPurpose : ushort
{
    AccountName = 1,
    RoomName = 2,
    RequestDigest = 3,
    Token = 4,
    SearchTerm = 5,
    RegistrationCode = 6,
    Chain = 7,
    FileLink = 8,
    ClassicAlias = 9,
}
