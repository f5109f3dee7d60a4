namespace Chatroom.Conformance.Harness;

/// <summary>Files of the repository that the tests read.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Vectors => Path.Combine(Root, "protocol", "vectors");

    /// <summary>Number and name of every code, from <c>codes.txt</c>.</summary>
    public static IReadOnlyList<(int Number, string Name)> Codes { get; } =
    [
        .. File.ReadLines(Path.Combine(Vectors, "codes.txt"))
            .Where(line => line.Length > 0)
            .Select(line => line.Split(' '))
            .Select(parts => (int.Parse(parts[0]), parts[1])),
    ];

    /// <summary>Requests are the numbers below 100.</summary>
    public static IEnumerable<(int Number, string Name)> Requests => Codes.Where(code => code.Number < 100);

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
}
