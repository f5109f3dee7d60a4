using Chatroom.Bench.Load;
using Chatroom.Bench.Running;

namespace Chatroom.Bench.Contenders;

/// <summary>The people of a workload and the rooms they are in: room i has the members <c>Rooms[i]</c>. People and rooms are numbers; each server gives them names.</summary>
internal sealed record Town(int People, IReadOnlyList<IReadOnlyList<int>> Rooms)
{
    public ILookup<int, int> RoomsOf { get; } = Rooms.SelectMany((members, room) => members.Select(person => (person, room))).ToLookup(m => m.person, m => m.room);

    /// <summary>Rooms of equal size, nobody in two of them.</summary>
    public static Town Of(int rooms, int size) => new(rooms * size, [.. Enumerable.Range(0, rooms).Select(room => Enumerable.Range(room * size, size).ToArray())]);

    /// <summary>People without rooms, who write to each other.</summary>
    public static Town OfPairs(int pairs) => new(pairs * 2, []);

    /// <summary>Everyone in so many rooms of about <paramref name="size"/> people, with others in each.</summary>
    public static Town Overlapping(int people, int roomsEach, int size)
    {
        var count = (people + size - 1) / size;
        int RoomOf(int person, int turn) => turn == 0 ? person / size : turn == 1 ? person % count : (person + (size / 2)) / size % count;
        return new(people, [.. Enumerable.Range(0, roomsEach).SelectMany(turn => Enumerable.Range(0, people).GroupBy(person => RoomOf(person, turn)).Select(members => members.ToArray()))]);
    }
}

/// <summary>Where a message goes: a room, or a person.</summary>
internal readonly record struct Target(int? Room, int Person)
{
    public static Target ToRoom(int room) => new(room, -1);

    public static Target ToPerson(int person) => new(null, person);
}

/// <summary>One server that is measured: how it is started, and how its clients sign in and write.</summary>
internal abstract class Contender : IAsyncDisposable
{
    /// <summary>As in the tables.</summary>
    public abstract string Name { get; }

    /// <summary>Whether a sender gets his own messages as everyone else does.</summary>
    public abstract bool Echoes { get; }

    /// <summary>Whether messages that are ready at the same time are written one by one, each in a TLS record of its own.</summary>
    public virtual bool WritesApart => false;

    /// <summary>Its configuration and data; removed at the end.</summary>
    public string Folder { get; private set; } = "";

    /// <summary>Where its data is found again by the next round; null: made anew, and removed at the end.</summary>
    protected virtual string? KeptFolder => null;

    public Daemon Server { get; protected set; } = null!;

    public Town Town { get; private set; } = null!;

    public int Port { get; private set; }

    /// <summary>Starts the server and gives it the accounts and rooms it wants to have before people sign in.</summary>
    public virtual async Task StartAsync(Town town)
    {
        Town = town;
        MakeFolder();
        Port = Daemon.FreePort();
        Tls.WriteFiles(Folder);
        await FillAsync();
        Server = await LaunchAsync();
        await PrepareAsync();
    }

    /// <summary>Ends the server and starts it again on the same data.</summary>
    public async Task RestartAsync()
    {
        await Server.DisposeAsync();
        Server = await LaunchAsync();
    }

    /// <summary>Connects and signs a person in; when it returns, the person hears all of their rooms.</summary>
    public abstract Task<Link> SignInAsync(int person, int bufferBytes = 16 * 1024);

    /// <summary>The bytes that say <paramref name="text"/> on the person's connection.</summary>
    public abstract byte[] Encode(int person, Target target, string text);

    public virtual async ValueTask DisposeAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        if (Folder.Length > 0 && Folder != KeptFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    /// <summary>Name of a person where names are letters and digits.</summary>
    public static string NameOf(int person) => $"p{person:d5}";

    public static string RoomName(int room) => $"r{room:d4}";

    /// <summary>The configuration kept beside the bench, with its {names} filled in, written to the contender's folder.</summary>
    protected string Configuration(string file, params (string Name, object Value)[] values)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "bench", "peers", file));
        foreach (var (name, value) in values.Concat([("port", Port), ("folder", Folder)]))
        {
            text = text.Replace($"{{{name}}}", value.ToString(), StringComparison.Ordinal);
        }

        var path = Path.Combine(Folder, file);
        File.WriteAllText(path, text);
        return path;
    }

    protected void MakeFolder() => Folder = KeptFolder ?? Directory.CreateTempSubdirectory("chatroom-bench-").FullName;

    protected abstract Task<Daemon> LaunchAsync();

    /// <summary>What is in its folder before it is started the first time.</summary>
    protected virtual Task FillAsync() => Task.CompletedTask;

    protected virtual Task PrepareAsync() => Task.CompletedTask;

    protected static async Task ForEachAsync(int count, int atOnce, Func<int, Task> act) =>
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (i, _) => await act(i));
}
