using System.Runtime.CompilerServices;

namespace Chatroom.Fuzz.Engine;

/// <summary>
/// Inputs kept in the repository, one file each: those that a run found to reach branches that no shorter one does, named by their hash, and those that once
/// broke a promise, named <c>mended-…</c>, which stay.
/// </summary>
internal static class Corpus
{
    private const string Mended = "mended-";

    public static string Folder { get; } = Path.Combine(Source(), "corpus");

    public static IReadOnlyList<byte[]> Of(Target target, string? folder = null)
    {
        var own = Path.Combine(folder ?? Folder, target.Name);
        return Directory.Exists(own) ? [.. Directory.EnumerateFiles(own).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)] : [];
    }

    /// <summary>Replaces what is there, but for what was mended.</summary>
    public static void Save(Target target, string folder, IEnumerable<byte[]> inputs)
    {
        var own = Directory.CreateDirectory(Path.Combine(folder, target.Name)).FullName;
        foreach (var file in Directory.EnumerateFiles(own).Where(file => !Path.GetFileName(file).StartsWith(Mended, StringComparison.Ordinal)))
        {
            File.Delete(file);
        }

        foreach (var input in inputs)
        {
            File.WriteAllBytes(Path.Combine(own, Guard.NameOf(input)), input);
        }
    }

    private static string Source([CallerFilePath] string file = "") => Path.GetDirectoryName(Path.GetDirectoryName(file))!;
}
