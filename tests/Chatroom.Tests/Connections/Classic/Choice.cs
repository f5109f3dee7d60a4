using CsCheck;

namespace Chatroom.Tests.Connections.Classic;

internal static class Choice
{
    /// <summary>One of the values.</summary>
    public static Gen<string> Of(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
