using System.Net;
using Chatroom.Protocol;
using Chatroom.Server.Sealing;

namespace Chatroom.Server;

/// <summary>Who may register.</summary>
public enum RegistrationPolicy
{
    Open,
    Invite,
    Closed,
}

/// <summary>When messages to clients of Chatroom 2.0 are filled up to the 1024 bytes that one read of theirs takes.</summary>
public enum ClassicPadding
{
    /// <summary>Not when the connection has been quiet: then the bytes are those of the original.</summary>
    Auto,

    /// <summary>Always.</summary>
    Always,
}

/// <summary>
/// Everything that can be set, with its default. Immutable; <see cref="OptionTable"/> says how each is read from the command line, the environment
/// and the configuration file, and prints the commented default configuration.
/// </summary>
public sealed record ChatServerOptions
{
    /// <summary>When it is in use and nobody chose it, a free port is taken instead.</summary>
    public static IPEndPoint DefaultHttp { get; } = new(IPAddress.Loopback, 7080);

    /// <summary>Folder of everything durable but the master key.</summary>
    public string Data { get; init; } = "data";

    /// <summary>Address and port of the TLS listener; port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Any, 7443);

    /// <summary>What people call this server; shown on its page. At most 64 characters.</summary>
    public string Name { get; init; } = "Chatroom";

    /// <summary>Where browsers on the server's own computer find the page without TLS: a loopback address; null: nowhere.</summary>
    public IPEndPoint? Http { get; init; } = DefaultHttp;

    /// <summary>The page without TLS may be somewhere else than at <see cref="Http"/>: nobody chose that.</summary>
    internal bool HttpMayMove => Equals(Http, DefaultHttp);

    /// <summary>Where programs on the server's own computer read its metrics: a loopback address; null: nowhere.</summary>
    public IPEndPoint? Metrics { get; init; }

    /// <summary>Proxies (addresses or networks) whose X-Forwarded-For, -Proto and -Host are believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Where clients of Chatroom 2.0 are served, in plain text; null: nowhere.</summary>
    public IPEndPoint? Classic { get; init; }

    /// <summary>Lets <see cref="Classic"/> be an address that other machines reach: passwords then cross the network in plain text.</summary>
    public bool ClassicAllowRemote { get; init; }

    /// <summary>How messages to classic clients are kept apart.</summary>
    public ClassicPadding ClassicPadding { get; init; } = ClassicPadding.Auto;

    /// <summary>File of the master key, or "passphrase"; null: systemd's credential where there is one, else in the user's or service's configuration folder.</summary>
    public string? MasterKey { get; init; }

    /// <summary>Gives the passphrase where <see cref="MasterKey"/> wants one; true: a new one. Not a setting: a secret has no place in a file or on a command line.</summary>
    public Func<bool, string>? AskPassphrase { get; init; }

    /// <summary>Where the master key comes from, by <see cref="MasterKey"/> and the environment.</summary>
    /// <exception cref="SealingException">The account has no home directory to look in.</exception>
    public MasterKeySource KeySource => MasterKeySource.Of(MasterKey, AskPassphrase);

    /// <summary>Certificate (PEM, with its chain); null: self-signed, made on first start.</summary>
    public string? Cert { get; init; }

    /// <summary>Private key of the certificate (PEM).</summary>
    public string? Key { get; init; }

    /// <summary>False switches every rate limit off: for load tests only.</summary>
    public bool Limits { get; init; } = true;

    /// <summary>Who may register; the first account always may.</summary>
    public RegistrationPolicy Registration { get; init; } = RegistrationPolicy.Open;

    /// <summary>Answers "unknown account" and "wrong password" alike.</summary>
    public bool HideAccountExistence { get; init; }

    /// <summary>One connection per account: a second sign-in is refused with LOGIN_DUPLICATE.</summary>
    public bool SingleSession { get; init; }

    /// <summary>Largest file, bytes.</summary>
    public long MaxFileSize { get; init; } = 1L << 30;

    /// <summary>Entries of the newest page on opening a room: 1–200.</summary>
    public int HistoryPage { get; init; } = 50;

    /// <summary>Memory of one password hash, KiB (Argon2id m).</summary>
    public int PasswordMemoryKib { get; init; } = 19 * 1024;

    /// <summary>Passes of one password hash (Argon2id t).</summary>
    public int PasswordPasses { get; init; } = 2;

    /// <summary>Bytes that may wait for one connection before it is closed as a slow consumer.</summary>
    public int OutboxBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Connections from one address at once.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 1000;

    /// <summary>Seconds a connection may take to sign in.</summary>
    public int SignInSeconds { get; init; } = 60;

    /// <summary>Sign-in attempts per minute from one address; a burst of twice as many.</summary>
    public int SignInsPerMinute { get; init; } = 120;

    /// <summary>Failed passwords per minute for one account (a burst of twice as many), whoever tries.</summary>
    public int FailuresPerMinute { get; init; } = 6;

    /// <summary>Registrations per hour from one address; as many at once.</summary>
    public int RegistrationsPerHour { get; init; } = 100;

    /// <summary>Changes per second by one account; a burst of ten times as many.</summary>
    public int MessagesPerSecond { get; init; } = 20;

    /// <summary>Groups that one account may be in.</summary>
    public int MaxRooms { get; init; } = 1000;

    /// <summary>Bytes of unfinished uploads of one account, as a multiple of <see cref="MaxFileSize"/>.</summary>
    public int MaxOpenUploads { get; init; } = 10;

    /// <summary>Hours without progress after which an unfinished upload is removed.</summary>
    public int UploadHours { get; init; } = 24;

    /// <summary>SQLite's synchronous level. FULL is the promise; OFF exists so that a test can show what it would break.</summary>
    public string Synchronous { get; init; } = "FULL";

    /// <summary>Largest text, bytes of UTF-8. Not a setting: the wire depends on it.</summary>
    public static int MaxText => WireLimits.TextBytes;
}
