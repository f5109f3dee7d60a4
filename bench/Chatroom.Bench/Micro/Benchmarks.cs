using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Chatroom.Bench.Running;

namespace Chatroom.Bench.Micro;

/// <summary>Parts of the server by themselves, with BenchmarkDotNet. They tell where the time of a workload goes, not how fast the server is.</summary>
internal static class Benchmarks
{
    /// <param name="filter">Part of a benchmark's name; none: all. Options of BenchmarkDotNet begin with a dash and are handed to it.</param>
    public static int Run(string[] filter)
    {
        string[] args = filter is [var name, .. var rest] && !name.StartsWith('-') ? ["--filter", $"*{name}*", .. rest] : filter is [] ? ["--filter", "*"] : filter;
        var config = DefaultConfig.Instance.WithArtifactsPath(Path.Combine(Repository.Root, "bench", "artifacts"));
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(Benchmarks).Assembly).Run(args, config);
        return summaries.Any() && summaries.All(s => s.Reports.Length > 0 && s.Reports.All(r => r.Success)) ? 0 : 1;
    }
}
