namespace Chatroom.Client;

/// <summary>
/// Changes of one lane go out one after another, each after the answer to the one before: so a throttled or lost one is never overtaken.
/// A room is a lane (by its id), a person without a known chat is one, and all that concerns the account is one.
/// </summary>
internal static class Lanes
{
    public const string Account = "";

    public static string Person(string name) => "@" + name;
}
