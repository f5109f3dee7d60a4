using Microsoft.Extensions.Logging;

namespace Chatroom.Server.Storage.Sqlite;

internal static partial class SqliteLog
{
    [LoggerMessage(Level = LogLevel.Critical, EventId = 3001, Message = "Writing to the database failed: {Why}. Nothing more is written until a restart.")]
    public static partial void Failed(ILogger log, string why);

    [LoggerMessage(Level = LogLevel.Error, EventId = 3002, Message = "There is no space for the database; changes are refused until there is.")]
    public static partial void Full(ILogger log);

    [LoggerMessage(Level = LogLevel.Error, EventId = 3003, Message = "A callback after a commit threw; the commit stands.")]
    public static partial void CallbackThrew(ILogger log, Exception error);

    [LoggerMessage(Level = LogLevel.Error, EventId = 3004, Message = "Rolling back failed.")]
    public static partial void RollbackFailed(ILogger log, Exception error);

    [LoggerMessage(Level = LogLevel.Information, EventId = 3005, Message = "The database was migrated from schema {From} to {To}.")]
    public static partial void Migrated(ILogger log, long from, long to);
}
