using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Konscious.Security.Cryptography;

namespace Chatroom.Server.Sessions;

/// <summary>
/// Passwords as Argon2id (RFC 9106) with a random salt each, in PHC string format. At most one hash per core at once: a flood of sign-ins queues here
/// instead of taking all memory. What they took is given back to the system when nobody has signed in for a moment.
/// </summary>
public sealed class Passwords : IDisposable
{
    /// <summary>Bytes of UTF-8.</summary>
    public const int MinBytes = 8;

    /// <summary>Bytes of UTF-8 on the classic port: the client of Chatroom 2.0 lets people choose 6 to 16 letters and digits.</summary>
    public const int MinClassicBytes = 6;

    /// <summary>Bytes of UTF-8: hashing time must not be the client's to choose.</summary>
    public const int MaxBytes = 256;

    /// <summary>Bytes of UTF-8 at sign-in: more than a new password may have, for those that came over from Chatroom 2.0. Longer ones fit nothing.</summary>
    public const int MaxVerifiedBytes = 1024;

    // Longer than the sign-ins of one evening's start are apart, so that they share one collection.
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    private readonly int memoryKib;
    private readonly int passes;
    private readonly SemaphoreSlim cores = new(Environment.ProcessorCount);
    private readonly ITimer rest;

    /// <param name="memoryKib">Memory of one new hash (Argon2id m).</param>
    /// <param name="passes">Passes of one new hash (Argon2id t).</param>
    /// <param name="giveBack">What is done with the memory after a moment without a hash; null: <see cref="Collect"/>.</param>
    public Passwords(int memoryKib, int passes, TimeProvider? clock = null, Action? giveBack = null)
    {
        (this.memoryKib, this.passes) = (memoryKib, passes);
        giveBack ??= Collect;
        rest = (clock ?? TimeProvider.System).CreateTimer(_ => giveBack(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Why a new password is not accepted; null when it is.</summary>
    public static (string Reason, string Text)? Problem(string? password, int least = MinBytes)
    {
        var bytes = Encoding.UTF8.GetByteCount(password ?? "");
        return bytes < least ? ("too-short", $"The password is too short: at least {least} characters.")
            : bytes > MaxBytes ? ("too-long", $"The password is too long: at most {MaxBytes} bytes.")
            : null;
    }

    public async Task<string> HashAsync(string password, CancellationToken cancellation = default)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var hash = await DeriveAsync(password, salt, memoryKib, passes, cancellation);
        return string.Create(CultureInfo.InvariantCulture, $"$argon2id$v=19$m={memoryKib},t={passes},p=1${Text(salt)}${Text(hash)}");
    }

    /// <summary>Whether the password is the one that was hashed. An empty hash fits nothing but takes as long.</summary>
    public async Task<bool> VerifyAsync(string password, string phc, CancellationToken cancellation = default)
    {
        if (Encoding.UTF8.GetByteCount(password) > MaxVerifiedBytes)
        {
            return false;
        }

        // Argon2 takes no empty password; nobody has one, and trying it takes as long.
        if (!TryParse(phc, out var memory, out var time, out var salt, out var expected) || password.Length == 0)
        {
            await DeriveAsync(" ", new byte[16], memoryKib, passes, cancellation);
            return false;
        }

        var hash = await DeriveAsync(password, salt, memory, time, cancellation);
        return CryptographicOperations.FixedTimeEquals(hash, expected);
    }

    public void Dispose()
    {
        rest.Dispose();
        cores.Dispose();
    }

    // A hash leaves 19 MiB behind, and an idle server has no reason to collect them: 84 MiB instead of 50 after ten sign-ins (docs/PERFORMANCE.md). A busy one collects by
    // itself, and would feel the pause.
    private static void Collect()
    {
        const long Large = 256L << 20;
        if (GC.GetTotalMemory(forceFullCollection: false) < Large)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

    private static bool TryParse(string phc, out int memory, out int time, out byte[] salt, out byte[] hash)
    {
        (memory, time, salt, hash) = (0, 0, [], []);
        var parts = phc.Split('$');
        if (parts.Length != 6 || parts[1] != "argon2id" || parts[2] != "v=19")
        {
            return false;
        }

        var numbers = parts[3].Split(',').Select(p => int.Parse(p[2..], CultureInfo.InvariantCulture)).ToArray();
        (memory, time, salt, hash) = (numbers[0], numbers[1], Bytes(parts[4]), Bytes(parts[5]));
        return true;
    }

    private async Task<byte[]> DeriveAsync(string password, byte[] salt, int memory, int time, CancellationToken cancellation)
    {
        await cores.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() =>
            {
                using var argon = new Argon2id(Encoding.UTF8.GetBytes(password)) { Salt = salt, MemorySize = memory, Iterations = time, DegreeOfParallelism = 1 };
                return argon.GetBytes(32);
            }, cancellation);
        }
        finally
        {
            cores.Release();
            rest.Change(Moment, Timeout.InfiniteTimeSpan);
        }
    }

    // PHC strings use base 64 without padding.
    private static string Text(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[] Bytes(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
}
