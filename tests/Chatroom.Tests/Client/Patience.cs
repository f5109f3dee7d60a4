using Chatroom.Client;

namespace Chatroom.Tests.Client;

/// <summary>Waits for conditions; the limit only ends a test that has failed already.</summary>
internal static class Patience
{
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(20);

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
        }
        finally
        {
            client.Changed -= Ask;
        }
    }

    public static Task UntilAsync(this ChatClient client, ConnectionPhase phase) => client.UntilAsync(() => client.Connection.Phase == phase);
}
