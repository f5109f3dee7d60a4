using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Chatroom.Server.Connections;
using Chatroom.Server.Sealing;
using Chatroom.Server.Storage;
using Chatroom.Server.Storage.Sqlite;

namespace Chatroom.Server.Maintenance;

/// <summary>One thing looked at.</summary>
public sealed record Finding(bool IsWrong, string Text);

/// <summary>
/// What <c>chatroom doctor</c> looks at: what <c>chatroom serve</c> would refuse at its start, by the same checks, and what it would put up with. It changes nothing.
/// </summary>
public static class Examination
{
    private const long LittleSpace = 1L << 30;

    public static IReadOnlyList<Finding> Run(ChatServerOptions options)
    {
        var path = DataFolder.PathOf(options);
        var folder = Usable(path, options);

        // A folder that serve would refuse is not looked into: what is found there would only follow from that.
        IEnumerable<Finding> inside = folder.IsWrong ? [] : [.. Room(path), .. Inside(path, options)];
        return [folder, .. inside, .. Ports(options, runs: !folder.IsWrong && DataFolder.IsHeld(path)), Files()];
    }

    private static Finding Usable(string path, ChatServerOptions options) => Judge<DataFolderException>(() =>
    {
        DataFolder.Check(path, options, create: true);
        return DataFolder.IsUsed(path) ? $"{path} holds an installation."
            : Directory.Exists(path) ? $"{path} is there and holds no installation yet."
            : $"{path} does not exist yet: the first start makes it.";
    });

    private static IEnumerable<Finding> Room(string path)
    {
        if (!Directory.Exists(path))
        {
            yield break;
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherExecute | UnixFileMode.GroupRead)) != 0)
        {
            yield return Wrong($"{path} can be read by other users of this computer: chmod 700 {path}");
        }

        var free = new DriveInfo(path).AvailableFreeSpace;
        yield return free < LittleSpace
            ? Wrong($"Only {free >> 20} MiB are free where the data is: sending is refused when nothing is left.")
            : Fine($"{free >> 30} GiB are free where the data is.");
    }

    private static IEnumerable<Finding> Inside(string path, ChatServerOptions options)
    {
        KeyRing? ring = null;
        yield return Judge<SealingException, DataFolderException>(() => Key(path, options.KeySource, out ring));
        using (ring)
        {
            yield return Judge<InvalidDataException>(() =>
            {
                DatabaseFile.Check(DataFolder.DatabaseIn(path));
                return File.Exists(DataFolder.DatabaseIn(path)) ? "The database is there." : "There is no database yet: the first start makes it.";
            });
            if (ring is not null)
            {
                yield return Certificate(path, options, new Sealer(ring));
            }
        }
    }

    private static string Key(string path, MasterKeySource source, out KeyRing? ring)
    {
        ring = null;
        if (KeyRing.Exists(path))
        {
            ring = source.Open(path);
            return $"{source.Name} opens this data folder.";
        }

        if (source is not KeyFileSource file)
        {
            return "A passphrase will be asked for at the first start.";
        }

        if (!File.Exists(file.File))
        {
            FolderAccess.CheckCanMake(Path.GetFullPath(file.File));
            return $"There is no master key at {file.File} yet: the first start makes it. Keep a copy elsewhere.";
        }

        using var master = file.Load();
        return $"{source.Name} is there; it will be used at the first start.";
    }

    private static Finding Certificate(string path, ChatServerOptions options, Sealer sealer)
    {
        X509Certificate2? found;
        try
        {
            found = ServerCertificate.Find(options, sealer);
        }
        catch (InvalidDataException e)
        {
            return Wrong(e.Message);
        }

        using var certificate = found;
        return (options.Cert, certificate) switch
        {
            (null, null) when File.Exists(DataFolder.DatabaseIn(path)) => Wrong(
                $"server.crt or server.key.sealed is missing in {path}: the next start makes a new certificate, with another fingerprint, and whoever trusted the former one is warned. Put both back from a backup."),
            (null, _) => Fine("The certificate is self-signed: people confirm its fingerprint once. A real one is set with --cert and --key."),
            ({ } file, { } own) => Until(file, own.NotAfter.ToUniversalTime()),
            _ => throw new InvalidOperationException("A certificate that was given is read or refused."),
        };
    }

    private static Finding Until(string file, DateTime end) => (end - DateTime.UtcNow) switch
    {
        var left when left < TimeSpan.Zero => Wrong($"The certificate {file} ended on {end:yyyy-MM-dd}: renew it."),
        var left when left < TimeSpan.FromDays(14) => Wrong($"The certificate {file} ends on {end:yyyy-MM-dd}: renew it soon."),
        _ => Fine($"The certificate {file} is good until {end:yyyy-MM-dd}."),
    };

    private static IEnumerable<Finding> Ports(ChatServerOptions options, bool runs)
    {
        // Held until all are tried, so that one that is asked for twice is found.
        var sockets = new List<Socket>();
        try
        {
            foreach (var (setting, address) in new[] { ("listen", options.Listen), ("http", options.Http), ("metrics", options.Metrics), ("classic", options.Classic) })
            {
                if (address is not null)
                {
                    yield return Port(setting, address, options, runs, sockets);
                }
            }
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    private static Finding Port(string setting, IPEndPoint address, ChatServerOptions options, bool runs, List<Socket> sockets)
    {
        if (address.Port == 0)
        {
            return Fine($"A free port is taken at each start ({setting}).");
        }

        try
        {
            var socket = ListenSocket.Create(address);
            sockets.Add(socket);

            // Two sockets may be bound to an address; only one listens.
            socket.Listen();
            return Fine($"{address} is free ({setting}).");
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return runs ? Fine($"{address} is in use ({setting}): a server runs on this data folder.")
                : setting == "http" && options.HttpMayMove ? Fine($"{address} is in use ({setting}): a free port is taken instead, and said.")
                : Wrong($"{address} is in use by another program, so a server would not start: end that, or choose another address with --{setting}.");
        }
        catch (SocketException e)
        {
            return Wrong($"A server could not listen on {address}: {e.Message}. Choose another address with --{setting}.");
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

    private static Finding Judge<TRefusal>(Func<string> look)
        where TRefusal : Exception => Judge<TRefusal, TRefusal>(look);

    private static Finding Judge<TRefusal, TOther>(Func<string> look)
        where TRefusal : Exception
        where TOther : Exception
    {
        try
        {
            return Fine(look());
        }
        catch (Exception e) when (e is TRefusal or TOther)
        {
            return Wrong(e.Message);
        }
    }

    private static Finding Fine(string text) => new(false, text);

    private static Finding Wrong(string text) => new(true, text);
}
