using Chatroom.Protocol;
using Microsoft.Extensions.Logging;

namespace Chatroom.Server.Diagnostics;

/// <summary>Everything the server logs, with unique event ids. Never texts, names, tokens or passwords.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(1, LogLevel.Information, "Chatroom {Version} is listening on {Address}")]
    public static partial void Listening(this ILogger log, string version, string address);

    [LoggerMessage(2, LogLevel.Warning, "Rate limits are off: for load tests only")]
    public static partial void LimitsOff(this ILogger log);

    [LoggerMessage(3, LogLevel.Information, "Stopping: {Sessions} connections are told to come back")]
    public static partial void Stopping(this ILogger log, int sessions);

    [LoggerMessage(4, LogLevel.Information, "Stopped")]
    public static partial void Stopped(this ILogger log);

    [LoggerMessage(5, LogLevel.Warning, "synchronous={Level}: acknowledged messages may be lost with the power")]
    public static partial void NotDurable(this ILogger log, string level);

    [LoggerMessage(6, LogLevel.Information, "Clients of Chatroom 2.0 are served on {Address}, in plain text")]
    public static partial void ClassicListening(this ILogger log, string address);

    [LoggerMessage(7, LogLevel.Warning, "The classic port {Address} can be reached from other machines: passwords and messages cross the network in plain text")]
    public static partial void ClassicRemote(this ILogger log, string address);

    [LoggerMessage(10, LogLevel.Debug, "Connection {Connection} opened")]
    public static partial void Opened(this ILogger log, string connection);

    [LoggerMessage(11, LogLevel.Debug, "Connection {Connection} closed: {Reason}")]
    public static partial void Closed(this ILogger log, string connection, string reason);

    [LoggerMessage(12, LogLevel.Information, "Connection {Connection} is closed as a slow consumer")]
    public static partial void Slow(this ILogger log, string connection);

    [LoggerMessage(13, LogLevel.Information, "A connection from an address with {Count} connections was refused")]
    public static partial void TooManyConnections(this ILogger log, int count);

    [LoggerMessage(14, LogLevel.Warning, "A TLS handshake failed")]
    public static partial void HandshakeFailed(this ILogger log, Exception exception);

    [LoggerMessage(15, LogLevel.Information, "Classic connection {Connection} does not keep up: its oldest notices are dropped")]
    public static partial void ClassicBehind(this ILogger log, string connection);

    [LoggerMessage(16, LogLevel.Error, "Accepting classic connections failed")]
    public static partial void ClassicAcceptFailed(this ILogger log, Exception exception);

    [LoggerMessage(20, LogLevel.Information, "Account {Account} signed in with device {Device}")]
    public static partial void SignedIn(this ILogger log, string account, string device);

    [LoggerMessage(21, LogLevel.Information, "A sign-in was refused: {Code}")]
    public static partial void SignInRefused(this ILogger log, Code code);

    [LoggerMessage(22, LogLevel.Warning, "What someone was told could not be noted; it is told again at the next sign-in")]
    public static partial void NotNoted(this ILogger log, Exception exception);

    [LoggerMessage(30, LogLevel.Error, "{Code} failed")]
    public static partial void CommandFailed(this ILogger log, Code code, Exception exception);

    [LoggerMessage(31, LogLevel.Error, "A background task failed: {Task}")]
    public static partial void BackgroundFailed(this ILogger log, string task, Exception exception);

    [LoggerMessage(40, LogLevel.Error, "A stored file is damaged and is not served: {File}")]
    public static partial void FileDamaged(this ILogger log, string file, Exception exception);

    [LoggerMessage(41, LogLevel.Information, "{Count} unfinished uploads without progress were removed")]
    public static partial void UploadsSwept(this ILogger log, int count);

    [LoggerMessage(42, LogLevel.Error, "An HTTP request failed: {Method} {Route}")]
    public static partial void HttpFailed(this ILogger log, string method, string route, Exception exception);

    [LoggerMessage(43, LogLevel.Error, "The content of {File} could not be removed; a later sweep tries again")]
    public static partial void FileNotErased(this ILogger log, string file, Exception exception);

    [LoggerMessage(44, LogLevel.Information, "{Count} contents that no file needs were removed")]
    public static partial void OrphansRemoved(this ILogger log, int count);

    [LoggerMessage(45, LogLevel.Error, "A stored file has no content: {File}")]
    public static partial void FileMissing(this ILogger log, string file);

    [LoggerMessage(46, LogLevel.Error, "An unfinished upload is damaged and begins anew: {File}")]
    public static partial void UploadDamaged(this ILogger log, string file, Exception exception);

    [LoggerMessage(47, LogLevel.Error, "The upload of {File} could not be written")]
    public static partial void UploadFailed(this ILogger log, string file, Exception exception);

    [LoggerMessage(48, LogLevel.Debug, "The upload of {File} was cut off: {Reason}")]
    public static partial void UploadCut(this ILogger log, string file, string reason);

    [LoggerMessage(49, LogLevel.Debug, "The sweeps of files have ended")]
    public static partial void FileSweepsEnded(this ILogger log);

    [LoggerMessage(50, LogLevel.Information, "A new certificate was loaded")]
    public static partial void CertificateLoaded(this ILogger log);

    [LoggerMessage(52, LogLevel.Warning, "The certificate that people know this server by was not in the data folder, so a new one was made: its fingerprint is SHA256:{Fingerprint}. "
        + "Whoever trusted the former is warned and has to trust this one; to go back, stop, and put server.crt and server.key.sealed back from a backup")]
    public static partial void NewIdentity(this ILogger log, string fingerprint);

    [LoggerMessage(53, LogLevel.Warning, "The search index of {Room}, segment {Segment}, is damaged and is made again")]
    public static partial void SearchIndexDamaged(this ILogger log, string room, long segment, Exception exception);

    [LoggerMessage(54, LogLevel.Error, "Entry {Seq} of {Room} is damaged and cannot be found by a search; verify tells more")]
    public static partial void EntryDamaged(this ILogger log, string room, long seq, Exception exception);

    [LoggerMessage(60, LogLevel.Warning, "systemd could not be told how the server is")]
    public static partial void ServiceManagerUnreachable(this ILogger log, Exception exception);

    [LoggerMessage(51, LogLevel.Warning, "The certificate could not be reloaded; the old one stays in use")]
    public static partial void CertificateNotLoaded(this ILogger log, Exception exception);
}
