using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Chatroom.Server.Sealing;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Maintenance;

/// <summary>One thing looked at.</summary>
public sealed record Finding(bool IsWrong, string Text);

/// <summary>What <c>chatroom doctor</c> looks at. It changes nothing.</summary>
public static class Examination
{
    private const long LittleSpace = 1L << 30;

    public static IReadOnlyList<Finding> Run(ChatServerOptions options) =>
        [.. Folder(options), Key(options), .. Certificate(options), Port(options), Files()];

    private static IEnumerable<Finding> Folder(ChatServerOptions options)
    {
        var path = Path.GetFullPath(options.Data);
        if (!Directory.Exists(path))
        {
            yield return Fine($"{path} does not exist yet: the first start makes it.");
            yield break;
        }

        yield return DataFolder.IsUsed(path) ? Fine($"{path} holds an installation.") : Fine($"{path} is there and holds no installation yet.");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherExecute | UnixFileMode.GroupRead)) != 0)
        {
            yield return Wrong($"{path} can be read by other users of this computer: chmod 700 {path}");
        }

        var free = new DriveInfo(path).AvailableFreeSpace;
        yield return free < LittleSpace
            ? Wrong($"Only {free >> 20} MiB are free where the data is: sending is refused when nothing is left.")
            : Fine($"{free >> 30} GiB are free where the data is.");
        if (Read(Path.Combine(path, "keyring.json")) is { } unreadable)
        {
            yield return Wrong(unreadable);
        }
    }

    private static Finding Key(ChatServerOptions options)
    {
        var path = Path.GetFullPath(options.Data);
        try
        {
            var source = options.KeySource;
            if (KeyRing.Exists(path))
            {
                using var ring = source.Open(path);
                return Fine($"{source.Name} opens this data folder.");
            }

            if (source is not KeyFileSource file)
            {
                return Fine("A passphrase will be asked for at the first start.");
            }

            if (!File.Exists(file.File))
            {
                return Fine($"There is no master key at {file.File} yet: the first start makes it. Keep a copy elsewhere.");
            }

            using var master = file.Load();
            return Fine($"{source.Name} is there; it will be used at the first start.");
        }
        catch (SealingException e)
        {
            return Wrong(e.Message);
        }
    }

    private static IEnumerable<Finding> Certificate(ChatServerOptions options)
    {
        if (options.Cert is null)
        {
            yield return Fine("The certificate is self-signed: people confirm its fingerprint once. A real one is set with --cert and --key.");
            yield break;
        }

        Finding finding;
        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(options.Cert, options.Key!);
            var left = certificate.NotAfter.ToUniversalTime() - DateTime.UtcNow;
            finding = left < TimeSpan.Zero ? Wrong($"The certificate {options.Cert} ended on {certificate.NotAfter:yyyy-MM-dd}: renew it.")
                : left < TimeSpan.FromDays(14) ? Wrong($"The certificate {options.Cert} ends on {certificate.NotAfter:yyyy-MM-dd}: renew it soon.")
                : Fine($"The certificate {options.Cert} is good until {certificate.NotAfter:yyyy-MM-dd}.");
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            finding = Wrong($"The certificate {options.Cert} with the key {options.Key} cannot be used: {e.Message}");
        }

        yield return finding;
    }

    private static Finding Port(ChatServerOptions options)
    {
        if (options.Listen.Port == 0)
        {
            return Fine("A free port is taken at each start.");
        }

        using var socket = new Socket(options.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(options.Listen);
            return Fine($"{options.Listen} is free.");
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return Answers(options.Listen) ? Fine($"Something answers on {options.Listen}: the server, if it runs.") : Wrong($"{options.Listen} is taken, and nothing answers there.");
        }
        catch (SocketException e)
        {
            return Wrong($"The server cannot listen on {options.Listen}: {e.Message}");
        }
    }

    private static bool Answers(IPEndPoint address)
    {
        var target = address.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, address.Port) : address;
        using var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(target);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Finding Files()
    {
        const string Limits = "/proc/self/limits";
        var line = File.Exists(Limits) ? File.ReadLines(Limits).FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal)) : null;
        var most = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 4 } parts && long.TryParse(parts[4], out var hard) ? hard : long.MaxValue;
        return most < 4096
            ? Wrong($"The system allows {most} open files: about {most - 200} people can be connected. Raise it (ulimit -n, LimitNOFILE).")
            : Fine("The system allows enough open files.");
    }

    private static string? Read(string file)
    {
        try
        {
            using var stream = File.Exists(file) ? File.OpenRead(file) : null;
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{file} cannot be read: {e.Message}";
        }
    }

    private static Finding Fine(string text) => new(false, text);

    private static Finding Wrong(string text) => new(true, text);
}
