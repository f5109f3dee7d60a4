using Chatroom.Server.Sealing;
using Chatroom.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Chatroom.Server.Maintenance.Backups;

/// <summary>What came back. Without a manifest: a restore that had been cut off after its check was finished.</summary>
public sealed record RestoreReport(BackupManifest? Manifest, VerifyReport? Verified);

/// <summary>
/// Makes a data folder of a backup: the key is tried first, then everything is copied and verified (chains, references, contents) before the folder is one.
/// </summary>
public static class Restorer
{
    /// <param name="options">Where to, and with which master key.</param>
    /// <param name="evenDamaged">Takes a backup with problems too; they are in the report.</param>
    /// <exception cref="BackupException">The master key is missing or another, or something is wrong with the backup or the place: the data folder is as it was.</exception>
    /// <exception cref="InvalidDataException">The backup is damaged, or of a newer version; the data folder is as it was.</exception>
    public static async Task<RestoreReport> RunAsync(
        string backup, ChatServerOptions options, bool evenDamaged, ILogger log, Action<string> progress, CancellationToken cancellation)
    {
        var data = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(options.Data));
        if (RestorePlace.WasChecked(data))
        {
            RestorePlace.Settle(data);
            return new RestoreReport(null, null);
        }

        RestorePlace.CheckEmpty(data);
        DataFolder.CheckKeyIsElsewhere(data, options);
        var source = BackupSource.Open(backup);
        var small = source.Small(BackupParts.Manifest, BackupParts.KeyRing);
        var manifest = BackupManifest.Read(small[BackupParts.Manifest], backup);
        TryKey(source.Path, small[BackupParts.KeyRing], options);
        BackupSpace.Check(Existing(data), manifest.DatabaseBytes + manifest.FileBytes);

        var place = RestorePlace.Make(data);
        try
        {
            await CopyAsync(source, place.Folder, manifest, new BackupPace(progress, TimeProvider.System), cancellation);
            var verified = await VerifyAsync(place.Folder, options, log, progress, cancellation);
            if (verified.Problems.Count > 0 && !evenDamaged)
            {
                throw new BackupException(
                    $"{backup} is not well, and nothing was restored:\n{string.Join('\n', verified.Problems.Select(p => "  " + p))}\nUse another backup, or restore this one as it is with --even-damaged.");
            }

            RestorePlace.Settle(data);
            return new RestoreReport(manifest, verified);
        }
        catch when (!RestorePlace.WasChecked(data))
        {
            place.Remove();
            throw;
        }
    }

    private static void TryKey(string backup, byte[] ring, ChatServerOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("chatroom-");
        try
        {
            File.WriteAllBytes(System.IO.Path.Combine(folder.FullName, BackupParts.KeyRing), ring);
            DataFolder.OpenKeys(folder.FullName, options).Dispose();
        }
        catch (SealingException e)
        {
            // Named as the person knows it.
            throw new BackupException(e.Message.Replace(folder.FullName, backup, StringComparison.Ordinal), e);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task CopyAsync(BackupSource source, string folder, BackupManifest manifest, BackupPace pace, CancellationToken cancellation)
    {
        var (done, all) = (0L, manifest.DatabaseBytes + manifest.FileBytes);
        var folders = new HashSet<string> { folder };
        foreach (var (name, content) in source.Parts().Where(p => p.Name != BackupParts.Manifest))
        {
            var path = BackupParts.PathIn(folder, name);
            Durable.CreateDirectories(Durable.DirectoryOf(path));
            folders.Add(Durable.DirectoryOf(path));
            await using var file = Durable.CreateNew(path);
            await content.CopyToAsync(file, BackupMaker.BufferSize, cancellation);
            Durable.FsyncFile(file.SafeFileHandle);
            pace.At("restored", done += file.Length, all);
        }

        foreach (var one in folders)
        {
            Durable.FsyncDirectory(one);
        }

        if (!File.Exists(DataFolder.DatabaseIn(folder)))
        {
            throw new BackupException($"{source.Path} is only a part of a backup: it has no {BackupParts.Database}. Nothing was restored.");
        }
    }

    private static async Task<VerifyReport> VerifyAsync(string folder, ChatServerOptions options, ILogger log, Action<string> progress, CancellationToken cancellation)
    {
        progress("Everything is copied; now each entry and each file is checked.");
        var there = options with { Data = folder };
        using var opened = DataFolder.Open(there, create: false);
        return await Verifier.RunAsync(opened, there, log, progress, cancellation);
    }

    // The nearest folder above that is there: on its disk the data folder will be.
    private static string Existing(string data)
    {
        var folder = data;
        while (!Directory.Exists(folder))
        {
            folder = System.IO.Path.GetDirectoryName(folder) ?? throw new BackupException($"There is no disk for {data}.");
        }

        return folder;
    }
}
