using System.Globalization;
using System.Text;

namespace Chatroom.Client;

/// <summary>Pins kept in a client's store.</summary>
public sealed class StoredPins(IClientStore store) : ICertificatePins
{
    public async ValueTask<string?> FindAsync(string host, int port, CancellationToken cancellationToken = default) =>
        await store.ReadAsync(Key(host, port), cancellationToken).ConfigureAwait(false) is { } bytes ? Encoding.ASCII.GetString(bytes) : null;

    public ValueTask TrustAsync(string host, int port, string sha256, CancellationToken cancellationToken = default)
    {
        if (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigit))
        {
            throw new ArgumentException("A fingerprint has 64 hexadecimal digits.", nameof(sha256));
        }

        return store.WriteAsync(Key(host, port), Encoding.ASCII.GetBytes(sha256.ToLowerInvariant()), cancellationToken);
    }

    private static string Key(string host, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"pins/{host.ToLowerInvariant()}:{port}");
}
