using Chatroom.Server.Storage;

namespace Chatroom.Server.Sealing;

/// <summary>Where the master key comes from: a file, a credential that systemd hands to the service, or a passphrase.</summary>
public abstract class MasterKeySource
{
    /// <summary>The value of the setting <c>master-key</c> that means a passphrase. (A file of this name: <c>./passphrase</c>.)</summary>
    public const string PassphraseWord = "passphrase";

    /// <summary>The name of the credential: <c>LoadCredential=</c> or <c>LoadCredentialEncrypted=chatroom-master-key:…</c>.</summary>
    public const string CredentialName = "chatroom-master-key";

    /// <summary>What it is, to begin a sentence with.</summary>
    public abstract string Name { get; }

    /// <summary>The file it is in; null for a passphrase.</summary>
    public virtual string? File => null;

    /// <param name="setting">The setting <c>master-key</c>; null: a credential where systemd gives one, else the default file.</param>
    /// <param name="ask">Gives the passphrase; true: a new one.</param>
    /// <exception cref="SealingException">The account has no home directory to look in.</exception>
    public static MasterKeySource Of(string? setting, Func<bool, string>? ask) =>
        Of(setting, ask, Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY"));

    internal static MasterKeySource Of(string? setting, Func<bool, string>? ask, string? credentials)
    {
        if (setting is not null)
        {
            return setting == PassphraseWord ? new PassphraseSource(ask) : new KeyFileSource(setting, isCredential: false);
        }

        var credential = credentials is { Length: > 0 } ? Path.Combine(credentials, CredentialName) : null;
        return credential is not null && System.IO.File.Exists(credential)
            ? new KeyFileSource(credential, isCredential: true)
            : new KeyFileSource(MasterKey.DefaultPath(), isCredential: false);
    }

    /// <summary>Opens the folder's key ring. Only reads.</summary>
    /// <exception cref="SealingException">The key is missing or another, or the ring cannot be read; nothing was touched.</exception>
    public abstract KeyRing Open(string dataFolder);

    /// <summary>Gives the folder its key ring, making the key too where there is none yet.</summary>
    public abstract KeyRing Create(string dataFolder);
}

internal sealed class KeyFileSource(string path, bool isCredential) : MasterKeySource
{
    public override string Name => $"The {(isCredential ? "credential" : "master key")} {path}";

    public override string File => path;

    public bool IsCredential => isCredential;

    /// <summary>Between a key file's name and the time at which <c>chatroom rekey</c> put another in its place: the name of the former.</summary>
    public const string FormerMark = ".former-";

    /// <summary>The next key, while <c>chatroom rekey</c> is changing it.</summary>
    public string Next => path + ".new";

    public MasterKey Load() => MasterKey.Load(path, isCredential);

    public override KeyRing Open(string dataFolder)
    {
        if (KeyRing.PassphraseOf(dataFolder) is not null)
        {
            throw new SealingException($"{dataFolder} is opened by a passphrase, not by a key file: use --master-key passphrase.");
        }

        if (!System.IO.File.Exists(path))
        {
            throw new SealingException($"{Name} is missing, and without it {dataFolder} cannot be read. Put it back, or say where it is with --master-key.");
        }

        using var key = Load();
        try
        {
            return KeyRing.Open(dataFolder, key);
        }
        catch (SealingException e) when (e.IsWrongKey)
        {
            throw new SealingException($"{Name} does not belong to {dataFolder}, which was sealed under another. {Elsewhere(dataFolder)}", e);
        }
    }

    // Where the right key is, as far as the files beside the wrong one tell.
    private string Elsewhere(string dataFolder)
    {
        if (System.IO.File.Exists(Next))
        {
            return $"There is also {Next}: a change of the key was cut off. Run `chatroom rekey` with the same options once more to finish it.";
        }

        var former = Directory.GetFiles(Durable.DirectoryOf(path), Path.GetFileName(path) + FormerMark + "*").Order(StringComparer.Ordinal).ToList();
        return former.Find(file => Opens(file, dataFolder)) is { } right ? $"{right}, which `chatroom rekey` kept beside it, opens it: use that with --master-key."
            : former.Count > 0 ? $"Nor do the former keys beside it ({string.Join(", ", former.Select(Path.GetFileName))}). Say where the right one is with --master-key."
            : "Say where the right one is with --master-key.";
    }

    private static bool Opens(string file, string dataFolder)
    {
        try
        {
            using var key = MasterKey.Load(file);
            return KeyRing.TryOpen(dataFolder, key, out _);
        }
        catch (SealingException)
        {
            // One that cannot be read is no answer; the folder is refused in any case.
            return false;
        }
    }

    public override KeyRing Create(string dataFolder)
    {
        using var key = System.IO.File.Exists(path) ? Found() : Make();
        return KeyRing.Create(dataFolder, key);
    }

    private MasterKey Make()
    {
        FolderAccess.CheckCanMake(Path.GetFullPath(path));
        return MasterKey.Create(path);
    }

    // One that a first start made which was killed may not be durable under its name, and everything will be sealed by it.
    private MasterKey Found()
    {
        var key = Load();
        try
        {
            Durable.FsyncDirectory(Durable.DirectoryOf(path));
        }
        catch (IOException)
        {
            return key; // A folder that may not be listed: not one that this program made.
        }

        return key;
    }
}

internal sealed class PassphraseSource(Func<bool, string>? ask) : MasterKeySource
{
    public override string Name => "The passphrase";

    public override KeyRing Open(string dataFolder)
    {
        var parameters = KeyRing.PassphraseOf(dataFolder)
            ?? throw new SealingException($"{dataFolder} is opened by a key file, not by a passphrase: give it with --master-key FILE.");
        using var key = MasterKey.FromPassphrase(Ask(isNew: false), parameters);
        return KeyRing.Open(dataFolder, key);
    }

    public override KeyRing Create(string dataFolder)
    {
        using var key = New(out var parameters);
        return KeyRing.Create(dataFolder, key, parameters);
    }

    /// <summary>A key of a new passphrase.</summary>
    public MasterKey New(out PassphraseParameters parameters)
    {
        var passphrase = Ask(isNew: true);
        if (System.Text.Encoding.UTF8.GetByteCount(passphrase) < PassphraseParameters.MinBytes)
        {
            throw new SealingException($"The passphrase is too short: at least {PassphraseParameters.MinBytes} characters, such as six words that do not belong together. Nothing was changed.");
        }

        parameters = PassphraseParameters.New();
        return MasterKey.FromPassphrase(passphrase, parameters);
    }

    private string Ask(bool isNew) => ask?.Invoke(isNew) ?? throw new SealingException("A passphrase is needed, and there is nobody to ask for it.");
}
