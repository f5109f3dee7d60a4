using System.Globalization;
using System.Text.Json;

namespace Chatroom.Cli.Text;

/// <summary>The sentences of the line-mode client in one language: flat files of keys, built into the executable: its own, and those it shares with the other clients.</summary>
internal sealed class Strings
{
    private readonly Dictionary<string, string> _texts;

    private Strings(string language, Dictionary<string, string> texts) => (Language, _texts) = (language, texts);

    /// <summary>One of <see cref="Languages"/>.</summary>
    public string Language { get; }

    /// <summary>Languages there are, by the names of their files.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["en", "zh-Hans"];

    public IReadOnlyCollection<string> Keys => _texts.Keys;

    public string this[string key] => _texts[key];

    public string this[string key, params object?[] arguments] => string.Format(CultureInfo.InvariantCulture, _texts[key], arguments);

    public string? Find(string key) => _texts.GetValueOrDefault(key);

    public static Strings Load(string language)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in (string[])["common", "cli"])
        {
            using var stream = typeof(Strings).Assembly.GetManifestResourceStream($"strings.{part}.{language}.json")
                ?? throw new ArgumentException($"There is no language {language}.", nameof(language));
            using var json = JsonDocument.Parse(stream);
            foreach (var one in json.RootElement.EnumerateObject())
            {
                texts.Add(one.Name, one.Value.GetString()!);
            }
        }

        return new Strings(language, texts);
    }

    /// <summary>The language asked for, or that of the environment (LC_ALL before LC_MESSAGES before LANG, as POSIX has it); English for all others.</summary>
    public static Strings Choose(string? asked, Func<string, string?> environment)
    {
        var wanted = new[] { asked, environment("LC_ALL"), environment("LC_MESSAGES"), environment("LANG") }
            .FirstOrDefault(one => !string.IsNullOrEmpty(one));
        return Load(wanted?.StartsWith("zh", StringComparison.OrdinalIgnoreCase) == true ? "zh-Hans" : "en");
    }
}
