using System.Text.Json;
using System.Text.RegularExpressions;

namespace Chatroom.Tests.Web;

/// <summary>The sentences of all clients, as they lie in the source: every language has each, and the page asks for none that is missing.</summary>
public sealed partial class TextsTests
{
    private static readonly string Root = FindRoot();

    /// <summary>Keys that are put together while the page runs: a part, and what may follow it.</summary>
    private static readonly Dictionary<string, string[]> Composed = new()
    {
        ["audit."] = ["create-invite", "create-token", "delete", "disable", "enable", "recall", "remove-member", "reset-password", "revoke-invite", "set-role"],
        ["connection."] = ["connected", "connecting", "reconnecting", "failed", "signed-out"],
        ["install."] = ["yes", "refused", "none", "insecure"],
        ["manage."] = ["People", "Invitations", "Log"],
        ["manage.uses-left"] = [".one", ".other"],
        ["menu."] = ["Account", "NewRoom", "Room", "Message"],
        ["notify."] = ["All", "Mentions", "None"],
        ["picker."] = ["recent", "smileys", "people", "nature", "food", "travel", "activities", "objects", "symbols", "flags"],
        ["picker.tone-"] = ["0", "1", "2", "3", "4", "5"],
        ["role."] = ["owner", "admin", "moderator", "member"],
        ["server.role-"] = ["owner", "admin", "member"],
        ["search.found"] = [".one", ".other"],
        ["settings.theme-"] = ["system", "light", "dark"],
        ["group.members"] = [".one", ".other"],
        ["token.scope-"] = ["read", "send", "files", "manage"],
        ["timeline.new-below"] = [".one", ".other"],
        ["error."] =
        [
            "920.control", "920.group-reserved", "920.group-too-long", "920.invalid-unicode", "920.invisible", "920.marks", "920.mixed-scripts", "920.reserved", "920.too-long", "920.unassigned", "920.whitespace",
            "925.too-long", "925.too-short",
        ],
    };

    public static TheoryData<string> Files => [.. Directory.GetFiles(Path.Combine(Root, "src", "Strings"), "*.en.json").Select(file => Path.GetFileName(file)[..^".en.json".Length])];

    [Theory]
    [MemberData(nameof(Files))]
    public void Chinese_has_the_keys_of_English_and_nothing_else(string name) => Assert.Equal(Load(name, "en").Keys.Order(StringComparer.Ordinal), Load(name, "zh-Hans").Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_sentence_has_the_same_places_in_both_languages(string name)
    {
        var (english, chinese) = (Load(name, "en"), Load(name, "zh-Hans"));
        Assert.All(english, pair => Assert.Equal(Places(pair.Value), Places(chinese[pair.Key])));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void No_sentence_is_empty_and_keys_are_in_order(string name)
    {
        foreach (var language in (string[])["en", "zh-Hans"])
        {
            var all = Load(name, language);
            Assert.All(all, pair => Assert.False(string.IsNullOrWhiteSpace(pair.Value) && pair.Key != "system.and", pair.Key));
            Assert.Equal(all.Keys.Order(StringComparer.Ordinal), all.Keys);
        }
    }

    [Fact]
    public void The_page_asks_for_no_sentence_that_there_is_not()
    {
        var known = Known();
        var missing = Used().Where(key => !known.Contains(key.Key)).Select(key => $"{key.Key} in {key.File}").ToArray();
        Assert.True(missing.Length == 0, string.Join('\n', missing));
    }

    [Fact]
    public void No_sentence_of_the_page_is_left_over()
    {
        var used = Used().Select(key => key.Key).ToHashSet();
        var idle = Load("web", "en").Keys.Where(key => !used.Contains(key)).ToArray();
        Assert.True(idle.Length == 0, string.Join('\n', idle));
    }

    private static HashSet<string> Known() => [.. Load("common", "en").Keys, .. Load("web", "en").Keys];

    // Whatever looks like a key between quotes: "part.some-words". Prefixes end in a dot or a hyphen, or are counted.
    private static IEnumerable<(string Key, string File)> Used()
    {
        var web = Path.Combine(Root, "src", "Chatroom.Web");
        var parts = Known().Select(key => key[..(key.IndexOf('.') + 1)]).ToHashSet();
        foreach (var file in Directory.EnumerateFiles(web, "*", SearchOption.AllDirectories).Where(IsSource))
        {
            var text = File.ReadAllText(file);
            foreach (Match match in Key().Matches(text))
            {
                var key = match.Groups[1].Value;
                if (!parts.Contains(key[..(key.IndexOf('.') + 1)]) || key.EndsWith(".json", StringComparison.Ordinal) || key.EndsWith(".js", StringComparison.Ordinal) || key.EndsWith(".Id", StringComparison.Ordinal))
                {
                    continue;
                }

                var name = Path.GetRelativePath(web, file);
                if (Composed.TryGetValue(key, out var ends))
                {
                    foreach (var end in ends)
                    {
                        yield return (key + end, name);
                    }
                }
                else
                {
                    yield return (key, name);
                }
            }
        }

        static bool IsSource(string file) => Path.GetExtension(file) is ".cs" or ".razor" or ".js" or ".html"
            && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}") && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}");
    }

    private static Dictionary<string, string> Load(string name, string language) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(Root, "src", "Strings", $"{name}.{language}.json")))!;

    private static string[] Places(string sentence) => [.. Place().Matches(sentence).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal)];

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Chatroom.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("No folder above the tests holds Chatroom.slnx.");
    }

    [GeneratedRegex(@"[""'`]([a-z]+\.[A-Za-z0-9.-]*)(?=[""'`]|\$\{|\{)")]
    private static partial Regex Key();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Place();
}
