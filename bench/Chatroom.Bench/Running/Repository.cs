using Chatroom.Bench.Load;

namespace Chatroom.Bench.Running;

internal static class Repository
{
    /// <summary>The folder with the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>What the build makes.</summary>
    public static string Built { get; } = Path.Combine(Root, "src", "Chatroom", "bin", "Release", "net10.0", "chatroom");

    /// <summary>That of <c>CHATROOM_BENCH_EXECUTABLE</c>; null: none is given.</summary>
    public static string? Published { get; } = Environment.GetEnvironmentVariable("CHATROOM_BENCH_EXECUTABLE") is { Length: > 0 } path ? path : null;

    /// <summary>The server that is measured.</summary>
    public static string Executable => Published ?? Built;

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Chatroom.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new BenchException("Run it inside the repository.");
    }
}
