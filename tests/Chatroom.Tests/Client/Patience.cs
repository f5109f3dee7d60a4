using Chatroom.Client;

namespace Chatroom.Tests.Client;

/// <summary>Waits for conditions; the limit only ends a test that has failed already.</summary>
internal static class Patience
{
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Waits until the condition holds, asking again at every change of the client.</summary>
    public static async Task UntilAsync(this ChatClient client, Func<bool> condition)
    {
        var holds = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Ask(ChatChange? change)
        {
            if (condition())
            {
                holds.TrySetResult();
            }
        }

        client.Changed += Ask;
        try
        {
            await client.InSequence(() => Ask(null));
            await holds.Task.WaitAsync(Limit);

            // It may have come true in the middle of a step: what else that changes and tells is there now.
            await client.SettledAsync();
        }
        finally
        {
            client.Changed -= Ask;
        }
    }

    /// <summary>What was asked for before is done, and its step over: a send only posts.</summary>
    public static Task SettledAsync(this ChatClient client) => client.InSequence(() => { });

    public static Task UntilAsync(this ChatClient client, ConnectionPhase phase) => client.UntilAsync(() => client.Connection.Phase == phase);
}
