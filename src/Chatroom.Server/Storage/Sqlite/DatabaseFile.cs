using System.Buffers.Binary;
using System.Globalization;
using Chatroom.Server.Storage.Sqlite.Migrations;
using Microsoft.Extensions.Logging;

namespace Chatroom.Server.Storage.Sqlite;

/// <summary>Looks at a database file before anything touches it, creates it, and brings its schema up to date.</summary>
internal static class DatabaseFile
{
    // "Chat": in the header of every database of this program (SQLite file format, section 1.3.17).
    private const int ApplicationId = 0x43686174;

    // Append only. The schema's version is the number of migrations that ran.
    private static readonly string[] Migrations = [M0001Initial.Sql, M0002Classic.Sql, M0003MemberCounts.Sql, M0004Invitations.Sql, M0005Search.Sql];

    /// <exception cref="InvalidDataException">Not a database of this program, or one of a newer version; the file is as it was.</exception>
    public static void Prepare(string path, ILogger log)
    {
        Check(path);
        if (!File.Exists(path))
        {
            Create(path);
        }

        var version = ReadVersion(path);
        CheckVersion(path, version);
        if (version < Migrations.Length)
        {
            Migrate(path, version, log);
        }

        Restrict(path);
    }

    /// <summary>What can be seen without SQLite, which would make files beside the database. A newer schema that is in the log only is not.</summary>
    /// <exception cref="InvalidDataException">A log without its database, not a database of this program, or one of a newer version.</exception>
    public static void Check(string path)
    {
        if (File.Exists(path))
        {
            CheckVersion(path, CheckHeader(path));
        }
        else if (File.Exists(path + "-wal") || File.Exists(path + "-journal"))
        {
            // SQLite would replay it into the new database.
            throw new InvalidDataException($"The database {path} is missing, but its log is there. Restore both or move the log away.");
        }
    }

    private static void CheckVersion(string path, long version)
    {
        if (version > Migrations.Length)
        {
            throw new InvalidDataException(
                $"The database {path} has schema {version}, this program knows schema {Migrations.Length}. Use a newer version of the program.");
        }
    }

    // Complete or not at all: a crash on the way leaves a file under another name, which the next start replaces.
    private static void Create(string path)
    {
        var draft = path + ".new";
        File.Delete(draft);
        File.Delete(draft + "-journal");
        var mode = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (new FileStream(draft, mode))
        {
        }

        using (var connection = Connection.Open(draft, readOnly: false))
        {
            connection.Execute("PRAGMA page_size = 4096; PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON");
            connection.Execute("BEGIN IMMEDIATE");
            Apply(connection, 0);
            connection.Execute($"PRAGMA application_id = {ApplicationId}");
            connection.Execute("COMMIT");
        }

        File.Move(draft, path);
    }

    private static void Migrate(string path, long from, ILogger log)
    {
        using var connection = Connection.Open(path, readOnly: false);
        connection.Execute("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = OFF");
        connection.Execute("BEGIN IMMEDIATE");
        Apply(connection, (int)from);
        connection.Execute("COMMIT");
        SqliteLog.Migrated(log, from, Migrations.Length);
    }

    private static void Apply(Connection connection, int from)
    {
        foreach (var migration in Migrations.AsSpan(from))
        {
            connection.Execute(migration);
        }

        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Migrations.Length}"));
    }

    // By hand: SQLite would make files beside a foreign database that is in WAL mode, or recover it.
    /// <returns>The version of the schema, but for what is in the log only.</returns>
    /// <exception cref="InvalidDataException">Not a database of this program.</exception>
    public static long CheckHeader(string path)
    {
        Span<byte> header = stackalloc byte[100];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var read = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read < header.Length || !header.StartsWith("SQLite format 3\0"u8)
            || BinaryPrimitives.ReadInt32BigEndian(header[68..]) != ApplicationId)
        {
            throw new InvalidDataException($"The file {path} is not a database of this program.");
        }

        return BinaryPrimitives.ReadInt32BigEndian(header[60..]);
    }

    // Through SQLite, because the newest version may still be in the WAL.
    private static long ReadVersion(string path)
    {
        // The change to WAL mode has a journal; one that was cut off is rolled back first, which a reader may not do.
        var connection = Connection.Open(path, readOnly: !File.Exists(path + "-journal"));
        try
        {
            return connection.Scalar("PRAGMA user_version");
        }
        finally
        {
            connection.CloseWithoutCheckpoint();
        }
    }

    /// <summary>What a database whose migrations ran up to this version is made of: type, name and text of each table, index and trigger.</summary>
    public static HashSet<string> Schema(long version)
    {
        using var model = Connection.Open(":memory:", readOnly: false);
        foreach (var migration in Migrations.AsSpan(0, (int)Math.Clamp(version, 0, Migrations.Length)))
        {
            model.Execute(migration);
        }

        return Schema(model);
    }

    /// <inheritdoc cref="Schema(long)"/>
    public static HashSet<string> Schema(Connection connection)
    {
        var parts = new HashSet<string>(StringComparer.Ordinal);
        using var all = connection.Prepare("SELECT type || ' ' || name || ' of ' || tbl_name || coalesce(': ' || sql, '') FROM sqlite_schema");
        while (all.Step())
        {
            parts.Add(all.Text(0));
        }

        return parts;
    }

    private static void Restrict(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
