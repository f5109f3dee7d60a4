using System.Globalization;
using Chatroom.Server.Sealing;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Maintenance;

/// <summary>A change of the master key that is done.</summary>
/// <param name="Epoch">What is sealed from now on is sealed under this epoch's key.</param>
/// <param name="Key">Begins a sentence: what opens the folder now.</param>
/// <param name="Former">Where the former key file is; null when it was a passphrase.</param>
/// <param name="Resumed">A change that had been cut off was finished; no other was made.</param>
public sealed record RekeyReport(int Epoch, string Key, string? Former, bool Resumed);

/// <summary>
/// <c>chatroom rekey</c>: wraps the data keys of a stopped server under another master key and begins a new epoch. Nothing sealed is rewritten.
/// </summary>
/// <remarks>
/// The key ring changes in one atomic step; a passphrase's parameters are in it, so that is all. A key file is changed in place in four steps, each durable
/// before the next: (1) the next key is FILE.new, (2) the former one also FILE.former-TIME, (3) the ring, (4) FILE.new becomes FILE. Cut off before 3,
/// FILE opens the folder; after it, FILE.new does, and running it again makes step 4. At no moment is a key that opens anything on no disk.
/// </remarks>
public static class Rekeying
{
    /// <param name="to">A key file (made when it is not there), "passphrase", or null: another one of the same kind in the same place.</param>
    /// <param name="ask">Gives a new passphrase.</param>
    /// <exception cref="DataFolderException">The folder cannot be used, or a server runs on it.</exception>
    /// <exception cref="SealingException">
    /// The present key is missing or another, or the next one cannot be had; says what is so now. Or a key file that other folders may share, for nobody named it, would change in its place.
    /// </exception>
    public static RekeyReport Run(ChatServerOptions options, string? to, Func<bool, string>? ask) => Run(options, to, ask, TimeProvider.System, before: _ => { });

    /// <param name="before">For tests: called before each step; may throw, as a power cut would.</param>
    internal static RekeyReport Run(ChatServerOptions options, string? to, Func<bool, string>? ask, TimeProvider clock, Action<string> before)
    {
        var path = DataFolder.PathOf(options);
        DataFolder.Check(path, options, create: false);
        if (to is not null)
        {
            DataFolder.CheckKeyIsElsewhere(path, options with { MasterKey = to });
        }

        using var hold = DataFolder.Hold(path);
        var present = options.KeySource;
        if (to is not null && !IsSame(to, present))
        {
            return Move(path, present, to, ask, before);
        }

        return present switch
        {
            PassphraseSource => Move(path, present, MasterKeySource.PassphraseWord, ask, before),
            KeyFileSource { IsCredential: true } => throw new SealingException(
                "The master key is a credential that systemd hands in, so it cannot be changed in its place. Give --new-master-key FILE, then make the credential of that file."),
            KeyFileSource file when options.MasterKey is null => throw new SealingException(
                $"{file.Name} is that of every data folder of this account that was not given another, and none of the others would open after a change in its place. "
                + $"If {path} is the only one, say so by naming the file: --master-key {file.File}. If not, give this folder a key of its own: --new-master-key FILE. Nothing was changed."),
            KeyFileSource file => Resume(path, file, before) ?? InPlace(path, file, clock, before),
            _ => throw new InvalidOperationException("A kind of master key without a way to change it."),
        };
    }

    private static bool IsSame(string to, MasterKeySource present) =>
        to == MasterKeySource.PassphraseWord ? present is PassphraseSource : present.File is { } file && Path.GetFullPath(file) == Path.GetFullPath(to);

    // To another place or kind. What opened the folder before stays where it is.
    private static RekeyReport Move(string path, MasterKeySource present, string to, Func<bool, string>? ask, Action<string> before)
    {
        using var ring = present.Open(path);
        PassphraseParameters? parameters = null;
        before("key");
        using var key = to == MasterKeySource.PassphraseWord ? new PassphraseSource(ask).New(out parameters)
            : File.Exists(to) ? MasterKey.Load(to)
            : MasterKey.Create(to);
        before("ring");
        return new RekeyReport(ring.Rekey(key, parameters), parameters is null ? $"The master key {Path.GetFullPath(to)}" : "The new passphrase", present.File, Resumed: false);
    }

    private static RekeyReport InPlace(string path, KeyFileSource file, TimeProvider clock, Action<string> before)
    {
        using var ring = file.Open(path);
        before("key");
        using var key = MasterKey.Create(file.Next);
        before("former");
        var former = Keep(file.File!, clock.GetUtcNow());
        before("ring");
        var epoch = ring.Rekey(key, passphrase: null);
        before("rename");
        Settle(file);
        return new RekeyReport(epoch, file.Name, former, Resumed: false);
    }

    /// <summary>What a change that was cut off has left. Null: nothing that still has to be finished.</summary>
    private static RekeyReport? Resume(string path, KeyFileSource file, Action<string> before)
    {
        if (!File.Exists(file.Next))
        {
            return null;
        }

        using var next = MasterKey.Load(file.Next);
        if (KeyRing.TryOpen(path, next, out var epoch))
        {
            before("rename");
            Settle(file);
            return new RekeyReport(epoch, file.Name, null, Resumed: true);
        }

        // The ring was not changed yet. The key that opens it has to be sure before the other one, which opens nothing, is thrown away.
        file.Open(path).Dispose();
        before("discard");
        Durable.Delete(file.Next);
        return null;
    }

    private static string Keep(string file, DateTimeOffset now)
    {
        // A name of its own also for a second change within the second: no key that was kept is ever overwritten.
        var name = string.Create(CultureInfo.InvariantCulture, $"{file}{KeyFileSource.FormerMark}{now:yyyyMMdd'T'HHmmss'Z'}");
        var former = name;
        for (var i = 2; File.Exists(former); i++)
        {
            former = string.Create(CultureInfo.InvariantCulture, $"{name}-{i}");
        }

        try
        {
            Durable.WriteNewFile(former, File.ReadAllBytes(file));
            return former;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SealingException($"The former key cannot be kept as {former}: {e.Message} Nothing was changed: {file} opens the folder as before.", e);
        }
    }

    private static void Settle(KeyFileSource file)
    {
        try
        {
            Durable.Rename(file.Next, file.File!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SealingException($"The folder is opened by {file.Next} now, but that cannot be renamed to {file.File}: {e.Message} Run `chatroom rekey` once more to finish.", e);
        }
    }
}
