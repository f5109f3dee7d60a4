namespace Chatroom.Cli.LineMode;

/// <summary>The words after a command: separated by spaces, or in double quotes where a name has some.</summary>
internal sealed class Words(string text)
{
    /// <summary>What has not been taken yet.</summary>
    public string Rest { get; private set; } = text.Trim();

    /// <summary>The next word; empty when there is none.</summary>
    public string Next()
    {
        var quoted = Rest.StartsWith('"') ? Rest.IndexOf('"', 1) : -1;
        var end = quoted > 0 ? quoted : Rest.IndexOfAny([' ', '\n']);
        var word = quoted > 0 ? Rest[1..quoted] : end < 0 ? Rest : Rest[..end];
        Rest = end < 0 ? "" : Rest[(end + 1)..].Trim();
        return word;
    }

    /// <summary>The next word as somebody's name, also as people are mentioned: <c>@NAME</c>.</summary>
    public string Person()
    {
        Rest = Rest.TrimStart('@');
        return Next().Trim().TrimStart('@');
    }

    /// <summary>All that has not been taken yet as one name, with or without quotes around it; empty when there is nothing.</summary>
    public string Name()
    {
        var name = Unquote(Rest);
        Rest = "";
        return name;
    }

    /// <summary>All that has not been taken yet as a name and the one word after it; that is empty when <paramref name="isLast"/> does not know it.</summary>
    public (string Name, string Last) NameAndLast(Func<string, bool> isLast)
    {
        var space = Rest.LastIndexOfAny([' ', '\n']);
        var last = Rest[(space + 1)..];
        if (!isLast(last))
        {
            return (Name(), "");
        }

        var name = space < 0 ? "" : Unquote(Rest[..space].Trim());
        Rest = "";
        return (name, last);
    }

    private static string Unquote(string name) =>
        name.Length > 1 && name[0] == '"' && name.IndexOf('"', 1) == name.Length - 1 ? name[1..^1].Trim() : name;

    /// <summary>The next word as a number; null when it is none, and then it is not taken.</summary>
    public long? Number()
    {
        var before = Rest;
        if (long.TryParse(Next(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        Rest = before;
        return null;
    }
}
