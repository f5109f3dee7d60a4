using Chatroom.Bench.Load;

namespace Chatroom.Bench.Running;

internal static class Repository
{
    /// <summary>The folder with the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>The built server: that of <c>CHATROOM_BENCH_EXECUTABLE</c>, else what <c>./run</c> builds.</summary>
    public static string Executable
    {
        get
        {
            var path = Environment.GetEnvironmentVariable("CHATROOM_BENCH_EXECUTABLE") ?? Path.Combine(Root, "src", "Chatroom", "bin", "Release", "net10.0", "chatroom");
            return File.Exists(path) ? path : throw new BenchException($"{path} does not exist. Build it first: dotnet build src/Chatroom -c Release");
        }
    }

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
