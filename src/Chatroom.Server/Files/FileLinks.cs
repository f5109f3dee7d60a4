using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Files;

/// <summary>
/// Download links that need no header (for a browser's own download, a player): <c>/files/&lt;id&gt;?d=device&amp;e=expires&amp;s=signature</c>. Whoever
/// has one is taken for the device it was made for, for this file only; what the device may see is asked at the fetch.
/// </summary>
internal static class FileLinks
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <returns>The path with its query, and when it ends (UTC ms).</returns>
    public static (string Path, long Expires) Make(ChatCore core, string file, long device)
    {
        var expires = core.Now + (long)Life.TotalMilliseconds;
        var signature = Base64Url.EncodeToString(core.Vault.FileLink(file, device, expires));
        return (string.Create(CultureInfo.InvariantCulture, $"{Uploads.PathOf(file)}?d={Ids.Device(device)}&e={expires}&s={signature}"), expires);
    }

    /// <summary>Who a link speaks for now; null when it is altered, expired, or its device or account may no longer speak.</summary>
    public static Caller? Find(ChatCore core, IStoreReader store, string file, string? device, string? expires, string? signature)
    {
        if (!Ids.TryDevice(device, out var id) || !long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var until)
            || signature is not { Length: 22 } || !Base64Url.IsValid(signature))
        {
            return null;
        }

        return CryptographicOperations.FixedTimeEquals(Base64Url.DecodeFromChars(signature), core.Vault.FileLink(file, id, until))
            && until > core.Now && store.Device(id) is { Revoked: false } row && !(row.Expires <= core.Now)
            ? Tokens.Of(core.People.Get(store, row.Account), row)
            : null;
    }
}
