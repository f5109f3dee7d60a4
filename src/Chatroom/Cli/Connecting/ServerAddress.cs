using System.Globalization;

namespace Chatroom.Cli.Connecting;

/// <summary>A server as people write it: <c>HOST</c>, <c>HOST:PORT</c>, <c>[::1]:PORT</c>.</summary>
internal readonly record struct ServerAddress(string Host, int Port)
{
    public const int DefaultPort = 7443;

    public Uri Web => new($"https://{Bracketed}:{Port.ToString(CultureInfo.InvariantCulture)}");

    private string Bracketed => Host.Contains(':') ? $"[{Host}]" : Host;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Bracketed}:{Port}");

    /// <returns>Null when the text is not an address.</returns>
    public static ServerAddress? Parse(string text)
    {
        var (host, port) = (text.Trim(), "");
        if (host.StartsWith('['))
        {
            var end = host.IndexOf(']');
            if (end < 0 || (end + 1 < host.Length && host[end + 1] != ':'))
            {
                return null;
            }

            (host, port) = (host[1..end], host[Math.Min(end + 2, host.Length)..]);
        }
        else if (host.Count(c => c == ':') == 1)
        {
            var colon = host.IndexOf(':');
            (host, port) = (host[..colon], host[(colon + 1)..]);
        }

        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            return null;
        }

        var number = DefaultPort;
        return port.Length == 0 || (int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and <= 65535)
            ? new ServerAddress(host, number)
            : null;
    }
}
