using System.Runtime.InteropServices.JavaScript;

namespace Chatroom.Web.Browser;

/// <summary>The cookie of the account, which only the server can take away.</summary>
internal static partial class Session
{
    /// <summary>The browser forgets the account's sign-in. Nothing is thrown: without a server the cookie stays, but its token has been revoked or will expire.</summary>
    [JSImport("endSession", "boot")]
    public static partial Task EndAsync(string account);
}
