using System.Buffers.Text;
using System.Security.Cryptography;
using Chatroom.Server.Rooms;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Sessions;

/// <summary>Tokens of devices and bots: 256 random bits; the store holds a keyed hash only.</summary>
public static class Tokens
{
    public static string New(TokenKind kind)
    {
        Span<byte> bytes = stackalloc byte[32];
        RandomNumberGenerator.Fill(bytes);
        return (kind == TokenKind.Bot ? "crb_" : "crd_") + Base64Url.EncodeToString(bytes);
    }

    /// <summary>Who speaks with this token now; null when it is unknown, revoked or expired, or its account is disabled or deleted.</summary>
    public static Caller? Find(ChatCore core, IStoreReader store, string? token)
    {
        if (token is not { Length: > 8 and < 128 } || store.DeviceByToken(core.Vault.TokenHash(token)) is not { Revoked: false } device
            || device.Expires <= core.Now)
        {
            return null;
        }

        return Of(core.People.Get(store, device.Account), device);
    }

    /// <summary>The caller a device stands for; null when its account is disabled or deleted.</summary>
    public static Caller? Of(Person person, DeviceRow device) => person is { Disabled: false, Deleted: false }
        ? new Caller(person.Id, person.Name ?? "", device.Id, device.Kind == TokenKind.Device ? Scopes.All : (Scopes)device.Scopes, device.Kind)
        : null;
}
