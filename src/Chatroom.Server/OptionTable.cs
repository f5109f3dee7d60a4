using System.Globalization;
using System.Net;
using System.Text;

namespace Chatroom.Server;

/// <summary>A setting's value was not understood: says which, where it came from and what is expected.</summary>
public sealed class OptionException(string message) : Exception(message);

/// <summary>One setting: its name on the command line; CHATROOM_NAME in the environment; name = value in the configuration file.</summary>
/// <param name="Help">Effect, unit and bounds, one sentence.</param>
public sealed record ServerOption(string Name, string Value, string Help, Func<ChatServerOptions, string, ChatServerOptions> Set, Func<ChatServerOptions, string?> Get)
{
    public string Environment => "CHATROOM_" + Name.Replace('-', '_').ToUpperInvariant();
}

/// <summary>
/// Every setting once: the command line, the environment, the configuration file, its commented default and the manual all come from this table.
/// The command line wins over the environment, the environment over the file.
/// </summary>
public static class OptionTable
{
    public static IReadOnlyList<ServerOption> All { get; } =
    [
        new("data", "DIR", "Folder of everything durable but the master key.", (o, v) => o with { Data = v }, o => o.Data),
        new("listen", "ADDR:PORT", "Where the TLS port listens; port 0 takes a free one.", (o, v) => o with { Listen = Address(v) }, o => o.Listen.ToString()),
        new("name", "TEXT", "What people call this server, 1–64 characters; shown on its page.", (o, v) => o with { Name = v.Length is >= 1 and <= 64 ? v : throw new FormatException("It is too long or empty.") }, o => o.Name),
        new("http", "ADDR:PORT|none", "Where browsers on this computer find the page without TLS; a loopback address only.", (o, v) => o with { Http = v == "none" ? null : Address(v) }, o => o.Http?.ToString() ?? "none"),
        new("metrics", "ADDR:PORT|none", "Where programs on this computer read metrics in Prometheus' format, at /metrics; a loopback address only (usual: 127.0.0.1:9464).", (o, v) => o with { Metrics = v == "none" ? null : Address(v) }, o => o.Metrics?.ToString() ?? "none"),
        new("trusted-proxies", "ADDR[/BITS],…|none", "Proxies in front whose X-Forwarded-For, -Proto and -Host are believed.", (o, v) => o with { TrustedProxies = Networks(v) }, o => Text(o.TrustedProxies)),
        new("classic", "ADDR:PORT|none", "Where clients of Chatroom 2.0 are served, in plain text (theirs is 127.0.0.1:65435).", (o, v) => o with { Classic = v == "none" ? null : Address(v) }, o => o.Classic?.ToString() ?? "none"),
        new("classic-allow-remote", "true|false", "Let classic be an address that other machines reach: passwords then cross the network in plain text.", (o, v) => o with { ClassicAllowRemote = Switch(v) }, o => Lower(o.ClassicAllowRemote)),
        new("classic-padding", "auto|always", "Whether messages to classic clients are filled up to 1024 bytes always, or only where two could be read as one.", (o, v) => o with { ClassicPadding = Enum<ClassicPadding>(v) }, o => Lower(o.ClassicPadding)),
        new("master-key", "FILE|passphrase", "The master key; made on first start. Default: systemd's credential chatroom-master-key where there is one, else a file in the configuration folder of the user or service. passphrase: from CHATROOM_PASSPHRASE, or asked for. Keep a copy elsewhere: without it the data cannot be read.", (o, v) => o with { MasterKey = v }, o => o.MasterKey),
        new("cert", "FILE", "Certificate with its chain (PEM); reloaded when it changes. Default: self-signed, made on first start.", (o, v) => o with { Cert = v }, o => o.Cert),
        new("key", "FILE", "Private key of the certificate (PEM).", (o, v) => o with { Key = v }, o => o.Key),
        new("limits", "on|off", "Rate limits; off is for load tests only.", (o, v) => o with { Limits = Switch(v) }, o => o.Limits ? "on" : "off"),
        new("registration", "open|invite|closed", "Who may register; the first account always may, and owns the server.", (o, v) => o with { Registration = Enum<RegistrationPolicy>(v) }, o => Lower(o.Registration)),
        new("hide-account-existence", "true|false", "Answer \"no such account\" and \"wrong password\" alike.", (o, v) => o with { HideAccountExistence = Switch(v) }, o => Lower(o.HideAccountExistence)),
        new("single-session", "true|false", "Refuse a second sign-in of an account that is connected.", (o, v) => o with { SingleSession = Switch(v) }, o => Lower(o.SingleSession)),
        new("max-file-size", "BYTES", "Largest file, in bytes (K, M, G allowed), at most 64G.", (o, v) => o with { MaxFileSize = Bytes(v, 1, 64L << 30) }, o => Text(o.MaxFileSize)),
        new("history-page", "N", "Entries on opening a room, 1–200.", (o, v) => o with { HistoryPage = Int(v, 1, 200) }, o => Text(o.HistoryPage)),
        new("password-memory-kib", "N", "Memory of one password hash in KiB, 64–1048576 (Argon2id m).", (o, v) => o with { PasswordMemoryKib = Int(v, 64, 1 << 20) }, o => Text(o.PasswordMemoryKib)),
        new("password-passes", "N", "Passes of one password hash, 1–100 (Argon2id t).", (o, v) => o with { PasswordPasses = Int(v, 1, 100) }, o => Text(o.PasswordPasses)),
        new("outbox-bytes", "BYTES", "What may wait for one connection before it is closed as too slow, at least 512K.", (o, v) => o with { OutboxBytes = (int)Bytes(v, 512 * 1024, 1 << 30) }, o => Text(o.OutboxBytes)),
        new("max-connections-per-address", "N", "Connections from one address at once.", (o, v) => o with { MaxConnectionsPerAddress = Int(v, 1, 1_000_000) }, o => Text(o.MaxConnectionsPerAddress)),
        new("sign-in-seconds", "N", "Seconds a connection may take to sign in, 1–3600.", (o, v) => o with { SignInSeconds = Int(v, 1, 3600) }, o => Text(o.SignInSeconds)),
        new("sign-ins-per-minute", "N", "Sign-in attempts from one address per minute; a burst of twice as many.", (o, v) => o with { SignInsPerMinute = Int(v, 1, 1_000_000) }, o => Text(o.SignInsPerMinute)),
        new("failures-per-minute", "N", "Wrong passwords for one account per minute; a burst of twice as many.", (o, v) => o with { FailuresPerMinute = Int(v, 1, 1_000_000) }, o => Text(o.FailuresPerMinute)),
        new("registrations-per-hour", "N", "Registrations from one address per hour; as many at once.", (o, v) => o with { RegistrationsPerHour = Int(v, 1, 1_000_000) }, o => Text(o.RegistrationsPerHour)),
        new("messages-per-second", "N", "Changes by one account per second; a burst of ten times as many.", (o, v) => o with { MessagesPerSecond = Int(v, 1, 1_000_000) }, o => Text(o.MessagesPerSecond)),
        new("max-rooms", "N", "Groups one account may be in.", (o, v) => o with { MaxRooms = Int(v, 1, 100_000) }, o => Text(o.MaxRooms)),
        new("max-open-uploads", "N", "Unfinished uploads of one account, as a multiple of max-file-size in bytes.", (o, v) => o with { MaxOpenUploads = Int(v, 1, 10_000) }, o => Text(o.MaxOpenUploads)),
        new("upload-hours", "N", "Hours without progress after which an unfinished upload is removed.", (o, v) => o with { UploadHours = Int(v, 1, 8760) }, o => Text(o.UploadHours)),
        new("synchronous", "FULL|OFF", "FULL keeps the promise that an acknowledged message is on disk. OFF breaks it and exists for a test.", (o, v) => o with { Synchronous = OneOf(v.ToUpperInvariant(), "FULL", "OFF") }, o => o.Synchronous),
    ];

    /// <summary>The options from a configuration file (may be null), the environment, and what the command line gave, in this order.</summary>
    /// <exception cref="OptionException">An unknown name or a value out of bounds.</exception>
    public static ChatServerOptions Read(string? file, Func<string, string?> environment, IReadOnlyDictionary<string, string> commandLine)
    {
        var options = new ChatServerOptions();
        if (file is not null)
        {
            foreach (var (name, value, line) in Lines(file))
            {
                var option = All.FirstOrDefault(o => o.Name == name) ?? throw new OptionException($"{file}:{line}: there is no setting \"{name}\". `chatroom default-config` prints all.");
                options = Apply(options, option, value, $"{file}:{line}");
            }
        }

        foreach (var option in All)
        {
            if (environment(option.Environment) is { Length: > 0 } value)
            {
                options = Apply(options, option, value, option.Environment);
            }

            if (commandLine.TryGetValue(option.Name, out var given))
            {
                options = Apply(options, option, given, "--" + option.Name);
            }
        }

        if (options.Cert is null != options.Key is null)
        {
            throw new OptionException("cert and key belong together: give both or neither.");
        }

        if (options.Http is { } http && !IPAddress.IsLoopback(http.Address))
        {
            throw new OptionException($"http = {http} can be reached from other machines, and that port is not encrypted. Use 127.0.0.1 there; other machines use the TLS port (listen).");
        }

        if (options.Metrics is { } metrics && !IPAddress.IsLoopback(metrics.Address))
        {
            throw new OptionException($"metrics = {metrics} can be reached from other machines, and nobody signs in there. Use 127.0.0.1; a collector on this machine, or a proxy with a password, passes them on.");
        }

        if (options.Classic is { } classic && !IPAddress.IsLoopback(classic.Address) && !options.ClassicAllowRemote)
        {
            throw new OptionException($"classic = {classic} can be reached from other machines, and everything on that port, passwords too, is plain text. Use 127.0.0.1 "
                + "(and a tunnel for other machines), or set classic-allow-remote = true.");
        }

        return options;
    }

    /// <summary>The default configuration, commented: the manual of the settings.</summary>
    public static string DefaultConfiguration()
    {
        var text = new StringBuilder("# Chatroom's settings with their defaults. A line is `name = value`; # begins a comment.\n# Each is also an option of `chatroom serve` (--name) and an environment variable.\n");
        foreach (var option in All)
        {
            var value = option.Get(new ChatServerOptions());
            text.Append(CultureInfo.InvariantCulture, $"\n# {option.Help}\n# {option.Environment}\n{(value is null ? "#" : "")}{option.Name} = {value ?? option.Value}\n");
        }

        return text.ToString();
    }

    private static ChatServerOptions Apply(ChatServerOptions options, ServerOption option, string value, string where)
    {
        try
        {
            return option.Set(options, value);
        }
        catch (FormatException e)
        {
            throw new OptionException($"{where}: {option.Name} = {value} is not understood: {e.Message} Expected {option.Value}. {option.Help}");
        }
    }

    private static IEnumerable<(string Name, string Value, int Line)> Lines(string file)
    {
        var number = 0;
        foreach (var raw in File.ReadLines(file))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var at = line.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                throw new OptionException($"{file}:{number}: a line is `name = value`.");
            }

            yield return (line[..at].Trim(), line[(at + 1)..].Trim(), number);
        }
    }

    private static IReadOnlyList<IPNetwork> Networks(string value) => value == "none" ? [] :
    [
        .. value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(one =>
            IPNetwork.TryParse(one, out var network) ? network
            : IPAddress.TryParse(one, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new FormatException($"{one} is no address or network.")),
    ];

    private static string Text(IReadOnlyList<IPNetwork> networks) => networks.Count == 0 ? "none" : string.Join(",", networks);

    private static IPEndPoint Address(string value)
    {
        var text = value.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1:" + value["localhost:".Length..] : value;
        var colon = text.LastIndexOf(':');
        return colon > 0 && (text[colon - 1] == ']' || !text.AsSpan(0, colon).Contains(':')) && IPEndPoint.TryParse(text, out var address)
            ? address
            : throw new FormatException("It is not an IP address with a port.");
    }

    private static bool Switch(string value) => value.ToUpperInvariant() switch
    {
        "ON" or "TRUE" or "YES" or "1" => true,
        "OFF" or "FALSE" or "NO" or "0" => false,
        _ => throw new FormatException("It is neither on nor off."),
    };

    private static T Enum<T>(string value)
        where T : struct, Enum => System.Enum.GetNames<T>().Contains(value, StringComparer.OrdinalIgnoreCase) && System.Enum.TryParse<T>(value, ignoreCase: true, out var result)
            ? result
            : throw new FormatException("It is none of the choices.");

    private static string OneOf(string value, params string[] choices) => choices.Contains(value) ? value : throw new FormatException("It is none of the choices.");

    private static int Int(string value, int least, int most) => (int)Number(value, least, most);

    private static long Bytes(string value, long least, long most)
    {
        var shift = value.Length == 0 ? 0 : char.ToUpperInvariant(value[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        return Number(shift == 0 ? value : value[..^1], 0, long.MaxValue >> shift) << shift is var bytes && bytes >= least && bytes <= most
            ? bytes
            : throw new FormatException($"It is not between {least} and {most}.");
    }

    private static long Number(string value, long least, long most) => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
        ? number
        : throw new FormatException($"It is not a number between {least} and {most}.");

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Lower<T>(T value) => value!.ToString()!.ToLowerInvariant();
}
