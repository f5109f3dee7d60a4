using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Chatroom.Client;

namespace Chatroom.Cli.Connecting;

/// <summary>
/// What the client keeps on this machine: a folder per server (its pinned fingerprint), in it a folder per user (token, outbox), readable by
/// the person only.
/// </summary>
internal sealed class Profile(string folder, ServerAddress server)
{
    // Longer names would not fit into a file name once their letters are encoded.
    private const int LongestName = 80;

    public string Folder => folder;

    private string ServerFolder => Path.Combine(folder, Encode(server.Host.ToLowerInvariant()) + "_" + server.Port.ToString(CultureInfo.InvariantCulture));

    private string UsersFolder => Path.Combine(ServerFolder, "users");

    public static string DefaultFolder
    {
        get
        {
            var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } set
                ? set
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
            return Path.Combine(state, "chatroom");
        }
    }

    public StoredPins Pins() => new(new FolderStore(ServerFolder));

    public FolderStore User(string name) => new(Path.Combine(UsersFolder, Encode(name.ToLowerInvariant())));

    /// <summary>The one user that this machine knows at the server; null when there are none or several.</summary>
    public string? OnlyUser()
    {
        var users = Directory.Exists(UsersFolder) ? Directory.GetDirectories(UsersFolder) : [];
        return users.Length == 1 && File.Exists(NameFile(users[0])) ? File.ReadAllText(NameFile(users[0])) : null;
    }

    /// <summary>Keeps the name as the person writes it, for <see cref="OnlyUser"/>.</summary>
    public void Remember(string name)
    {
        var user = Make(Path.Combine(UsersFolder, Encode(name.ToLowerInvariant())));
        File.WriteAllText(NameFile(user), name);
    }

    /// <summary>The folder of uploads under way.</summary>
    public string Uploads() => Make(Path.Combine(ServerFolder, "uploads"));

    private static string Make(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    private static string NameFile(string user) => Path.Combine(user, "name");

    // Letters and digits of any script stay readable; all else cannot leave the folder.
    private static string Encode(string name)
    {
        var encoded = new StringBuilder();
        foreach (var c in name)
        {
            _ = char.IsLetterOrDigit(c) || c is '-' or '_' || (c == '.' && encoded.Length > 0)
                ? encoded.Append(c)
                : encoded.Append(CultureInfo.InvariantCulture, $"%{(int)c:x4}");
        }

        return encoded.Length <= LongestName ? encoded.ToString() : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
    }
}
