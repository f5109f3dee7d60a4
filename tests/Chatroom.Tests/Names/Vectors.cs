using System.Security.Cryptography;
using System.Text;

namespace Chatroom.Tests.Names;

/// <summary>Reads the vectors that tools/unicode/generate.py writes beside these tests.</summary>
internal static class Vectors
{
    private static readonly Lazy<string> Folder = new(Find);

    public static IEnumerable<(string Given, string Expected)> Pairs(string file) =>
        Lines(file).Select(line => line.Split(';')).Select(fields => (Text(fields[0]), Text(fields[1])));

    public static string Digest(string name) =>
        Lines("digests.txt").Select(line => line.Split(' ')).Single(fields => fields[0] == name)[1];

    public static string DigestOf(IEnumerable<string> rows)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var row in rows)
        {
            sha.AppendData(Encoding.UTF8.GetBytes(row + "\n"));
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    public static IEnumerable<Rune> AllScalars() =>
        Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(value => new Rune(value));

    public static string Text(string hex) =>
        string.Concat(hex.Split(' ').Select(part => new Rune(Convert.ToInt32(part, 16)).ToString()));

    private static IEnumerable<string> Lines(string file) =>
        File.ReadLines(Path.Combine(Folder.Value, file)).Where(line => !line.StartsWith('#'));

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, "tests", "Chatroom.Tests", "Names", "vectors");
            if (Directory.Exists(folder))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException("tests/Chatroom.Tests/Names/vectors was not found: run the tests inside the repository.");
    }
}
