using System.Text.Json;
using System.Text.Json.Serialization;
using Chatroom.Server.Files;

namespace Chatroom.Server.Maintenance.Backups;

/// <summary><c>backup.json</c>: that this is a backup, of when, and what has to be in it.</summary>
/// <param name="Made">UTC: the moment of the database's state. Everything acknowledged before is in it.</param>
/// <param name="Files">Contents that the database names.</param>
/// <param name="Missing">Ids of files that the database names and that were missing in the data folder already.</param>
public sealed record BackupManifest(int Format, DateTimeOffset Made, string Version, long DatabaseBytes, long Files, long FileBytes, string[] Missing)
{
    internal const int CurrentFormat = 1;

    internal byte[] Json() => JsonSerializer.SerializeToUtf8Bytes(this, BackupJson.Default.BackupManifest);

    /// <exception cref="BackupException">Not written by this program, or by a newer one.</exception>
    internal static BackupManifest Read(ReadOnlySpan<byte> json, string backup)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(json, BackupJson.Default.BackupManifest);
            return manifest is null ? throw Damaged(backup)
                : manifest.Format != CurrentFormat ? throw new BackupException($"{backup} has format {manifest.Format}, this program knows {CurrentFormat}. Use a newer version of the program.")
                : manifest;
        }
        catch (JsonException e)
        {
            throw Damaged(backup, e);
        }
    }

    private static BackupException Damaged(string backup, Exception? cause = null) => new($"{backup}: its {BackupParts.Manifest} is damaged. Use another backup.", cause);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;

/// <summary>The names of what is in a backup: those of a data folder, and the manifest. Nothing else is taken from one.</summary>
internal static class BackupParts
{
    public const string Manifest = "backup.json";
    public const string Database = "chatroom.db";
    public const string KeyRing = "keyring.json";

    /// <summary>Not there when the operator has a certificate of their own.</summary>
    public static readonly string[] Certificate = ["server.crt", "server.key.sealed"];

    /// <summary>The content of a file, relative to the folder, with / on every system.</summary>
    public static string OfFile(string id) => $"files/{id[^2..]}/{id}";

    /// <summary>Whether this is the name of a part: an archive is somebody's input, and its names become paths.</summary>
    public static bool IsName(string name) => name is Manifest or Database or KeyRing || Certificate.Contains(name)
        || (name.Split('/') is ["files", _, var id] && FileVault.IsFileId(id) && name == OfFile(id));

    public static string PathIn(string folder, string name) => Path.Combine(folder, Path.Combine(name.Split('/')));
}
