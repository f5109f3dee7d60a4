using Chatroom.Client;

namespace Chatroom.Cli.Connecting;

/// <summary>The profile's pins; a fingerprint given with <c>--trust</c> takes the place of what was pinned.</summary>
internal sealed class ProfilePins(ICertificatePins stored, string? given) : ICertificatePins
{
    public async ValueTask<string?> FindAsync(string host, int port, CancellationToken cancellationToken = default) =>
        given ?? await stored.FindAsync(Plain(host), port, cancellationToken);

    public ValueTask TrustAsync(string host, int port, string sha256, CancellationToken cancellationToken = default) =>
        stored.TrustAsync(Plain(host), port, sha256, cancellationToken);

    /// <summary>The digits of a fingerprint as people copy it: <c>SHA256:</c> before it, colons or spaces in it.</summary>
    /// <returns>64 lowercase hexadecimal digits, or null.</returns>
    public static string? Parse(string text)
    {
        var plain = text.Trim();
        plain = plain.StartsWith("SHA256:", StringComparison.OrdinalIgnoreCase) ? plain[7..] : plain;
        plain = plain.Replace(":", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        return plain.Length == 64 && plain.All(char.IsAsciiHexDigit) ? plain : null;
    }

    // An address of IPv6 comes from a URI in brackets, from a socket without.
    private static string Plain(string host) => host.Trim('[', ']');
}
