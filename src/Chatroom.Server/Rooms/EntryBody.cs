using System.Text.Json;
using System.Text.Json.Serialization;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Storage;
using FileInfo = Chatroom.Protocol.Messages.FileInfo;

namespace Chatroom.Server.Rooms;

/// <summary>What is sealed of an entry: everything people wrote or chose. Numbers that the store needs are columns of the row.</summary>
public sealed record EntryBody
{
    public string? Text { get; init; }

    public string? Emoji { get; init; }

    public FileInfo? File { get; init; }

    public long? ReplyTo { get; init; }

    public long? Root { get; init; }

    /// <summary>Account ids as on the wire.</summary>
    public IReadOnlyList<string>? Mentions { get; init; }

    public string? TargetSender { get; init; }

    public bool? On { get; init; }

    public string? Role { get; init; }

    public bool? Public { get; init; }

    public string? History { get; init; }
}

/// <summary>Name and topic of a room.</summary>
public sealed record RoomInfo
{
    public string? Name { get; init; }

    public string? Topic { get; init; }
}

/// <summary>Name and client program of a device.</summary>
public sealed record DeviceNames
{
    public string? Name { get; init; }

    public string? Client { get; init; }
}

/// <summary>Name, type and hash of a file.</summary>
public sealed record FileNames
{
    public required string Name { get; init; }

    public string? Type { get; init; }

    public string? Sha256 { get; init; }
}

/// <summary>Sealed bodies as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EntryBody))]
[JsonSerializable(typeof(RoomInfo))]
[JsonSerializable(typeof(DeviceNames))]
[JsonSerializable(typeof(FileNames))]
public sealed partial class SealedJson : JsonSerializerContext
{
    public static SealedJson Relaxed { get; } = new(new JsonSerializerOptions(WireJson.Wire.Options) { TypeInfoResolver = null });
}

/// <summary>Stored numbers and the words of the wire.</summary>
public static class Words
{
    public static string Of(EntryKind kind) => kind switch
    {
        EntryKind.Text => EntryKinds.Text,
        EntryKind.Emoji => EntryKinds.Emoji,
        EntryKind.File => EntryKinds.File,
        EntryKind.Edit => EntryKinds.Edit,
        EntryKind.Recall => EntryKinds.Recall,
        EntryKind.Reaction => EntryKinds.Reaction,
        EntryKind.Pin => EntryKinds.Pin,
        EntryKind.Create => EntryKinds.Create,
        EntryKind.Join => EntryKinds.Join,
        EntryKind.Leave => EntryKinds.Leave,
        EntryKind.Remove => EntryKinds.Remove,
        EntryKind.Role => EntryKinds.Role,
        EntryKind.Rename => EntryKinds.Rename,
        EntryKind.Topic => EntryKinds.Topic,
        EntryKind.Options => EntryKinds.Options,
        _ => "unknown",
    };

    public static string Of(RoomKind kind) => kind switch
    {
        RoomKind.Lobby => RoomKinds.Lobby,
        RoomKind.Group => RoomKinds.Group,
        _ => RoomKinds.Private,
    };

    public static string Of(RoomRole role) => role switch
    {
        RoomRole.Owner => Roles.Owner,
        RoomRole.Moderator => Roles.Moderator,
        _ => Roles.Member,
    };

    public static string Of(ServerRole role) => role switch
    {
        ServerRole.Owner => Roles.Owner,
        ServerRole.Admin => Roles.Admin,
        _ => Roles.Member,
    };

    public static string Of(HistoryPolicy policy) => policy == HistoryPolicy.All ? "all" : "join";

    public static string Of(AcceptPolicy policy) => policy == AcceptPolicy.Friends ? "friends" : "everyone";

    public static string Of(ItemKind kind) => kind switch
    {
        ItemKind.Friend => ItemKinds.Friend,
        ItemKind.Block => ItemKinds.Block,
        ItemKind.Room => ItemKinds.Room,
        ItemKind.Position => ItemKinds.Position,
        ItemKind.Invitation => ItemKinds.Invitation,
        ItemKind.Device => ItemKinds.Device,
        _ => ItemKinds.Settings,
    };

    public static bool TryRoomRole(string? word, out RoomRole role)
    {
        role = word switch { Roles.Owner => RoomRole.Owner, Roles.Moderator => RoomRole.Moderator, _ => RoomRole.Member };
        return word is Roles.Owner or Roles.Moderator or Roles.Member;
    }

    public static bool TryServerRole(string? word, out ServerRole role)
    {
        role = word switch { Roles.Owner => ServerRole.Owner, Roles.Admin => ServerRole.Admin, _ => ServerRole.Member };
        return word is Roles.Owner or Roles.Admin or Roles.Member;
    }

    public static bool TryHistory(string? word, out HistoryPolicy policy)
    {
        policy = word == "all" ? HistoryPolicy.All : HistoryPolicy.FromJoin;
        return word is "all" or "join";
    }
}
