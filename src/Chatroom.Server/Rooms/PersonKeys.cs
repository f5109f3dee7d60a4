using Chatroom.Server.Names;

namespace Chatroom.Server.Rooms;

public static class PersonKeys
{
    /// <summary>Look-up key of a person's name as typed; null for what cannot be anybody's name.</summary>
    public static byte[]? PersonKey(this ChatCore core, string? name) =>
        name is not null && NameRules.Check(name) is { Ok: true } check ? core.Vault.AccountKey(check.Key) : null;
}
