using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Matrix;

/// <summary>The table of <c>expected.txt</c>.</summary>
public static class Expected
{
    private static readonly string[] Lines =
        File.ReadAllLines(Path.Combine(Repository.Root, "tests", "Chatroom.Conformance", "Matrix", "expected.txt"));

    /// <summary>The columns as the file's heading names them.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        [.. Lines.Single(line => line.StartsWith("#request", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)];

    /// <summary>By row: for each column the codes that may come.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyList<int>>> Rows { get; } = Lines
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .ToDictionary(
            parts => parts[0],
            IReadOnlyList<IReadOnlyList<int>> (parts) => [.. parts.Skip(1).Select(cell => cell.Split('|').Select(int.Parse).ToList())]);
}
