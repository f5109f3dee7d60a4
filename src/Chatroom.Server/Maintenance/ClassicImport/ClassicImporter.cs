using Chatroom.Server.Sealing;
using Chatroom.Server.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Chatroom.Server.Maintenance.ClassicImport;

/// <param name="Database">The database.db of Chatroom 2.0; it is only read.</param>
/// <param name="Zone">Of the clock of the machine that Chatroom 2.0 ran on.</param>
/// <param name="DryRun">Say what would come over and write nothing.</param>
public sealed record ClassicImportRequest(string Database, TimeZoneInfo Zone, bool DryRun = false)
{
    /// <summary>For tests: called before every write.</summary>
    internal Action? BeforeWrite { get; init; }

    /// <summary>For tests: paces what is told of the progress.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>
/// Moves the database of Chatroom 2.0 into a data folder: people, friends, the lobby with its files, private chats. Everything has an id derived from where
/// it stands there, and each is written once: an import that was cut off goes on when it is run again, and a second one adds nothing. People are told apart by
/// their exact old name, so the databases of two Chatroom 2.0 servers must not go into one folder when a name stands in both for different people.
/// </summary>
public static class ClassicImporter
{
    /// <param name="progress">Told a line at most once a second.</param>
    /// <exception cref="InvalidDataException">The file is damaged or not of Chatroom 2.0; nothing was written.</exception>
    /// <exception cref="IOException">A file is missing or the disk failed; what came over before is kept, and another run goes on.</exception>
    /// <exception cref="DataFolderException">The data folder cannot be used, or a server runs on it.</exception>
    /// <exception cref="SealingException">The master key is missing, too open, or another.</exception>
    public static async Task<ImportReport> RunAsync(
        ClassicImportRequest request, ChatServerOptions options, ILogger log, Action<string> progress, CancellationToken cancellation = default)
    {
        // All of it is judged before the data folder is touched.
        using var source = ClassicSource.Open(request.Database);
        await using var target = await OpenAsync(request, options, log);
        var report = new ImportReport();
        try
        {
            await RunAsync(request, source, target, report, progress, cancellation);
            return report;
        }
        catch (SqliteException e)
        {
            throw new IOException($"{request.Database} cannot be read on: {e.Message}. What came over before this is kept; run the import again to go on.", e);
        }
    }

    private static async Task RunAsync(
        ClassicImportRequest request, ClassicSource source, IImportTarget target, ImportReport report, Action<string> progress, CancellationToken cancellation)
    {
        var pace = new ImportPace(progress, request.Clock, request.BeforeWrite);
        var people = new ClassicPeople(source, target, report, pace);
        await people.PeopleAsync(cancellation);
        await people.FriendsAsync(cancellation);
        var history = new ClassicHistory(source, new ClassicTimes(request.Zone), people, target, report, pace);
        await history.LobbyAsync(cancellation);
        await history.PrivateAsync(cancellation);
        if (!await target.HasOwnerAsync())
        {
            report.Note("Nobody owns the server: Chatroom 2.0 had no administrators. Name one with `chatroom user role NAME owner`.");
        }
    }

    private static async Task<IImportTarget> OpenAsync(ClassicImportRequest request, ChatServerOptions options, ILogger log)
    {
        if (request.DryRun && !DataFolder.IsUsed(options.Data))
        {
            return new DryTarget(null);
        }

        var folder = DataFolder.Open(options, create: true);
        try
        {
            var target = new StoreTarget(folder, await ChatServer.OpenAsync(folder, options, log, TimeProvider.System));
            return request.DryRun ? new DryTarget(target) : target;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }
}
