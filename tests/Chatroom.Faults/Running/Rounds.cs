namespace Chatroom.Faults.Running;

/// <summary>How often a fault is done: few times in <c>./test</c>, more with <c>tests/faults --long</c>.</summary>
public static class Rounds
{
    /// <summary>Whether this is the long run.</summary>
    public static bool IsLong => Environment.GetEnvironmentVariable("CHATROOM_FAULTS_LONG") == "1";

    /// <param name="few">In <c>./test</c>.</param>
    /// <param name="many">In the long run. <c>CHATROOM_FAULT_ROUNDS</c> is used instead of either when it is set.</param>
    public static int Of(int few, int many) =>
        int.TryParse(Environment.GetEnvironmentVariable("CHATROOM_FAULT_ROUNDS"), out var rounds) ? rounds : IsLong ? many : few;
}
