namespace Chatroom.Web.Browser;

/// <summary>The browser's database failed.</summary>
/// <param name="cause">The name of the browser's error: <c>QuotaExceededError</c> when the disk or the site's share of it is full,
/// <c>StoreClosedError</c> when another tab signed the account out.</param>
internal class StoreException(string cause, string message, Exception inner) : IOException(message, inner)
{
    public const string QuotaExceeded = "QuotaExceededError";
    public const string Closed = "StoreClosedError";

    public string Cause { get; } = cause;
}

/// <summary>The browser keeps nothing here, as in some private modes: use a <see cref="Client.MemoryStore"/>, and tell the person.</summary>
internal sealed class StoreUnavailableException(string cause, string message, Exception inner) : StoreException(cause, message, inner);
