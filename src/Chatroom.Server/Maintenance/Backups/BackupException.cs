namespace Chatroom.Server.Maintenance.Backups;

/// <summary>A backup cannot be made or restored: says why and what to do. Neither what is backed up nor what was there before was touched.</summary>
public sealed class BackupException(string message, Exception? inner = null) : Exception(message, inner);
