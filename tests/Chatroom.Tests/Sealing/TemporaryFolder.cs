using Chatroom.Server.Sealing;

namespace Chatroom.Tests.Sealing;

/// <summary>A folder of the test's own, removed with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("chatroom-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Every file's relative name, content and permissions, to compare before and after.</summary>
    public SortedDictionary<string, string> Snapshot()
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories))
        {
            var mode = OperatingSystem.IsWindows() ? "" : File.GetUnixFileMode(file).ToString();
            files[System.IO.Path.GetRelativePath(Path, file)] = mode + " " + Convert.ToHexString(File.ReadAllBytes(file));
        }

        return files;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>A data folder with its key ring and a master key beside it.</summary>
internal sealed class TestRing : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TestRing()
    {
        Directory.CreateDirectory(Data);
        Master = MasterKey.Create(_folder["master.key"]);
        Ring = KeyRing.Create(Data, Master);
    }

    public string Data => _folder["data"];

    public string this[string name] => Path.Combine(Data, name);

    public MasterKey Master { get; }

    public KeyRing Ring { get; }

    public void Dispose()
    {
        Ring.Dispose();
        Master.Dispose();
        _folder.Dispose();
    }
}
