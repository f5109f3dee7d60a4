using Chatroom.Server.Diagnostics;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>Up to which revision of an account's state some device of it was told: what came later is news at the next sign-in.</summary>
internal static class Seen
{
    /// <summary>Notes it, where it is not noted. What cannot be noted is told again at the next sign-in. Bots have no news.</summary>
    public static async Task NoteAsync(ChatCore core, Session session, long told)
    {
        if (session.Caller is not { Kind: TokenKind.Device, Account: var account } || told <= session.NotedRevision || core.Store.Failure is not null)
        {
            return;
        }

        try
        {
            await core.Store.WriteAsync(store =>
            {
                if (store.Account(account) is { } row && row.SeenRevision < told)
                {
                    store.SetSeenRevision(account, told);
                }

                return true;
            });
            session.NotedRevision = told;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            core.Log.NotNoted(e);
        }
    }
}
