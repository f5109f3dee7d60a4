using System.Globalization;
using Chatroom.Bench;
using Chatroom.Bench.Contenders;
using Chatroom.Bench.Load;
using Chatroom.Bench.Running;
using Chatroom.Bench.Workloads;

// Load on the built executable and on its peers. README.md beside the folder tells how to repeat every figure.
//   dotnet run -c Release --project bench/Chatroom.Bench -- w1a [--rounds 3] [--seconds 5] [--only Chatroom,InspIRCd]
//   dotnet run -c Release --project bench/Chatroom.Bench -- all         writes bench/results/
var workloads = Rooms.All.ToList();
if (args is not [var id, .. var rest] || (id != "all" && workloads.All(w => w.Id != id)))
{
    Console.Error.WriteLine($"usage: Chatroom.Bench {string.Join('|', workloads.Select(w => w.Id))}|all [--rounds N] [--seconds N] [--only NAME,…]");
    return 2;
}

string? Given(string name) => Array.IndexOf(rest, name) is >= 0 and var at && at + 1 < rest.Length ? rest[at + 1] : null;
var options = new Options(
    int.Parse(Given("--rounds") ?? "3", CultureInfo.InvariantCulture), double.Parse(Given("--seconds") ?? "5", CultureInfo.InvariantCulture), Given("--only"));
foreach (var workload in workloads.Where(w => id == "all" || w.Id == id))
{
    var table = await RunAsync(workload);
    Console.WriteLine(table);
    if (id == "all")
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "bench", "results")).FullName;
        var command = $"dotnet run -c Release --project bench/Chatroom.Bench -- {workload.Id} {string.Join(' ', rest)}".TrimEnd();
        await File.WriteAllTextAsync(Path.Combine(folder, $"{workload.Id}.md"), $"{table}\n`{command}`, {DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} processors\n");
    }
}

return 0;

// Contenders take turns within each round, so that what else the machine does meets all of them.
async Task<string> RunAsync(Workload workload)
{
    var taking = workload.Contenders.Where(make => options.Only is null || options.Only.Split(',').Contains(NameOf(make))).ToList();
    var rounds = taking.Select(_ => new List<Figures>()).ToList();
    var failures = new string?[taking.Count];
    for (var round = 0; round < options.Rounds; round++)
    {
        for (var i = 0; i < taking.Count; i++)
        {
            await using var contender = taking[i]();
            try
            {
                rounds[i].Add(await workload.RunAsync(contender, options));
                Console.Error.WriteLine($"{workload.Id} round {round + 1} {contender.Name}: {string.Join(", ", rounds[i][^1].All.Select(f => FormattableString.Invariant($"{f.Name} {f.Value:G4} {f.Unit}")))}");
            }
            catch (Exception e) when (e is BenchException or IOException or System.Security.Authentication.AuthenticationException)
            {
                failures[i] = $"round {round + 1} failed: {e.Message}";
                Console.Error.WriteLine($"{workload.Id} round {round + 1} {contender.Name}: {e.Message} {contender.Server?.Words()}");
            }
        }
    }

    return Report.Table(workload.Title, [.. taking.Select((make, i) => (NameOf(make), (IReadOnlyList<Figures>)rounds[i], failures[i]))]);
}

static string NameOf(Func<Contender> make) => make().Name;
