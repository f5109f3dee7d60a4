using System.Globalization;
using Chatroom.Bench;
using Chatroom.Bench.Contenders;
using Chatroom.Bench.Floors;
using Chatroom.Bench.Load;
using Chatroom.Bench.Micro;
using Chatroom.Bench.Running;
using Chatroom.Bench.Workloads;

// Load on the built executable and on its peers. README.md beside the folder tells how to repeat every figure.
//   dotnet run -c Release --project bench/Chatroom.Bench -- w1a [--rounds 3] [--seconds 5] [--only Chatroom,InspIRCd]
//   dotnet run -c Release --project bench/Chatroom.Bench -- all         writes bench/results/
//   dotnet run -c Release --project bench/Chatroom.Bench -- micro [FILTER]
switch (args)
{
    // The floors run in processes of their own: this executable, started again.
    case [BareServer.Handshakes, var port, var where]:
        await BareServer.HandshakesAsync(Number<int>(port), where);
        return 0;
    case [BareServer.Files, var port, var where]:
        await BareServer.FilesAsync(Number<int>(port), where);
        return 0;
    case [BareStore.Verb, var where, var senders, var length]:
        await BareStore.RunAsync(where, Number<int>(senders), Number<double>(length));
        return 0;
    case ["micro", .. var filter]:
        return Benchmarks.Run(filter);
    default:
        break;
}

if (args.Contains("--help") || !TryOptions(args, out var options, out var given))
{
    return Usage();
}

List<Workload> workloads = [.. Rooms.All, .. Idle.All, .. SignIns.All, .. Posts.All, .. Histories.All(options), .. Transfers.All(options), .. Starts.All, .. Capacity.All];
var chosen = workloads.Where(w => args.FirstOrDefault() is { } id && (id == "all" || w.Id == id || w.Id.StartsWith(id + "-", StringComparison.Ordinal))).ToList();
if (chosen.Count == 0)
{
    return Usage();
}

var folder = given.GetValueOrDefault("--results") ?? (args[0] == "all" && !options.Quick ? Path.Combine(Repository.Root, "bench", "results") : null);
var failed = false;
foreach (var workload in chosen)
{
    var results = await RunAsync(workload);
    var table = Report.Table(workload.Title, results);
    Console.WriteLine(table);
    failed |= results.Any(r => r.Failure is not null);
    if (folder is not null)
    {
        var command = $"dotnet run -c Release --project bench/Chatroom.Bench -- {workload.Id} {string.Join(' ', args.Skip(1))}".TrimEnd();
        await Results.WriteAsync(folder, workload.Id, table, command, results);
    }

    Prefill.Forget();
}

return failed ? 1 : 0;

// Contenders take turns within each round, so that what else the machine does meets all of them.
async Task<IReadOnlyList<Result>> RunAsync(Workload workload)
{
    var taking = workload.Contenders.Where(make => options.Only is null || options.Only.Split(',').Contains(make().Name)).ToList();
    var rounds = taking.Select(_ => new List<Figures?>()).ToList();
    var failures = new string?[taking.Count];
    for (var round = 0; round < options.Rounds; round++)
    {
        for (var i = 0; i < taking.Count; i++)
        {
            var contender = taking[i]();
            try
            {
                rounds[i].Add(await workload.RunAsync(contender, options));
                Console.Error.WriteLine($"{workload.Id} round {round + 1} {contender.Name}: {string.Join(", ", rounds[i][^1]!.All.Select(f => FormattableString.Invariant($"{f.Name} {f.Value:G4} {f.Unit}")))}");
            }
            catch (Exception e)
            {
                // Whatever it is, the others go on.
                rounds[i].Add(null);
                failures[i] = $"round {round + 1}: {e.Message}";
                Console.Error.WriteLine($"{workload.Id} round {round + 1} {contender.Name}: {(e is BenchException or IOException ? e.Message : e)} {contender.Server?.Words()}");
            }

            await contender.DisposeAsync();
        }
    }

    return [.. taking.Select((make, i) => new Result(make().Name, rounds[i], failures[i]))];
}

int Usage()
{
    var ids = Rooms.All.Concat(Idle.All).Concat(SignIns.All).Concat(Posts.All).Concat(Histories.All(new Options(1, 1, null, true, 1, default))).Select(w => w.Id);
    Console.Error.WriteLine($"""
        usage: Chatroom.Bench WORKLOAD|all [--rounds N] [--seconds N] [--only NAME,…] [--results DIR] [--quick] [--size BYTES] [--line MS]
               Chatroom.Bench micro [FILTER]
        workloads: {string.Join(' ', ids)} files start capacity
        """);
    return 2;
}

static bool TryOptions(string[] args, out Options options, out Dictionary<string, string> given)
{
    given = [];
    options = new Options(3, 5, null, args.Contains("--quick"), 1L << 30, TimeSpan.FromMilliseconds(100));
    var rest = args.Skip(1).Where(a => a != "--quick").ToList();
    if (rest.Count % 2 != 0)
    {
        return false;
    }

    options = options.Quick ? options with { Rounds = 1, Seconds = 1, Size = 32 << 20 } : options;
    for (var i = 0; i < rest.Count; i += 2)
    {
        given[rest[i]] = rest[i + 1];
        switch (rest[i])
        {
            case "--rounds":
                options = options with { Rounds = Number<int>(rest[i + 1]) };
                break;
            case "--seconds":
                options = options with { Seconds = Number<double>(rest[i + 1]) };
                break;
            case "--only":
                options = options with { Only = rest[i + 1] };
                break;
            case "--size":
                options = options with { Size = Bytes(rest[i + 1]) };
                break;
            case "--line":
                options = options with { Line = TimeSpan.FromMilliseconds(Number<double>(rest[i + 1])) };
                break;
            case "--results":
                break;
            default:
                return false;
        }
    }

    return true;
}

static long Bytes(string text) => text[^1] switch
{
    'K' => Number<long>(text[..^1]) << 10,
    'M' => Number<long>(text[..^1]) << 20,
    'G' => Number<long>(text[..^1]) << 30,
    _ => Number<long>(text),
};

static T Number<T>(string text)
    where T : IParsable<T> => T.Parse(text, CultureInfo.InvariantCulture);
