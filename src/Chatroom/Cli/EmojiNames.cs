namespace Chatroom.Cli;

/// <summary>Words for emoji: those of Chatroom 2.0, and a few that are much used.</summary>
internal static class EmojiNames
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["happy"] = "[emoji-happy]",
        ["halo"] = "[emoji-HappyWithHalo]",
        ["cake"] = "[emoji-cake]",
        ["hotpot"] = "[emoji-hotpot]",
        ["heart"] = "❤️",
        ["laugh"] = "😂",
        ["sad"] = "😢",
        ["thanks"] = "🙏",
        ["up"] = "👍",
        ["down"] = "👎",
        ["wave"] = "👋",
        ["party"] = "🎉",
    };

    public static string All => string.Join(' ', Names.Keys);

    /// <summary>The emoji of a word, or the text itself: the server says whether it is one.</summary>
    public static string Find(string text) => Names.GetValueOrDefault(text, text);
}
