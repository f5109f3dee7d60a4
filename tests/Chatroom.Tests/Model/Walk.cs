using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Model;

/// <summary>One device of a person: what it knows, and its connection while it has one.</summary>
internal sealed class Device(Person owner)
{
    public Person Owner => owner;

    public DeviceView View { get; set; } = new();

    public MemoryClient? Client { get; set; }
}

/// <summary>A change that was made, to be sent again.</summary>
internal sealed record Made(Person By, Outcome First, Func<MemoryClient, bool, Task<Frame>> Again, bool CanDiffer);

/// <summary>Walks one sequence of operations over the server and the model at once, and compares after every step.</summary>
internal sealed partial class Walk(ServerBench bench) : IAsyncDisposable
{
    private static readonly string[] Names = ["alice", "bob", "carol", "dave"];
    private static readonly string[] Emojis = ["😀", "👍", "❤️"];

    private readonly Rules rules = new();
    private readonly List<Device[]> devices = [];
    private readonly List<Made> made = [];
    private int told;

    public static async Task RunAsync(IReadOnlyList<Operation> operations)
    {
        await using var bench = await ServerBench.StartAsync();
        await using var walk = new Walk(bench);
        for (var i = 0; i < 3; i++)
        {
            await walk.RegisterAsync();
        }

        for (var i = 0; i < operations.Count; i++)
        {
            try
            {
                await walk.StepAsync(operations[i]);
                await walk.CompareAsync();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Step {i + 1} of {operations.Count}, {operations[i]}: {e.Message}", e);
            }
        }

        await walk.CompareFreshAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var device in devices.SelectMany(d => d).Where(d => d.Client is not null))
        {
            await device.Client!.DisposeAsync();
        }
    }

    private async Task StepAsync(Operation step)
    {
        var me = rules.People[step.Who % rules.People.Count];
        var device = devices[me.Index][step.Device];
        switch (step.Act)
        {
            case Act.Register when rules.People.Count < Names.Length:
                await RegisterAsync();
                return;
            case Act.Register:
                return;
            case Act.Drop:
                await DropAsync(device);
                return;
            case Act.Fresh:
                await DropAsync(device);
                device.View = new DeviceView();
                await ConnectAsync(device, step.Value + 1);
                return;
            case Act.Connect:
                await ConnectAsync(device, null);
                return;
            default:
                await ConnectAsync(device, null);
                await ActAsync(step, me, device);
                return;
        }
    }

    private async Task RegisterAsync()
    {
        var person = rules.Register(Names[rules.People.Count]);
        devices.Add([new Device(person), new Device(person)]);
        await using var client = bench.Connect();
        var request = new RegisterRequest { Name = person.Name, Password = MemoryClient.Password, ClientId = MemoryClient.NewId() };
        person.Id = (await client.AskAsync<RegisterRequest, RegisterSuccess>(Code.Register, request, Code.RegisterSuccess)).Account.Id;
    }

    private async Task ConnectAsync(Device device, int? page)
    {
        if (device.Client is not null)
        {
            return;
        }

        var view = device.View;
        device.Client = bench.Connect(view.Take);
        await device.Client.LoginAsync(new LoginRequest
        {
            Version = 3,
            Token = view.Token,
            Name = view.Token is null ? device.Owner.Name : null,
            Password = view.Token is null ? MemoryClient.Password : null,
            Have = view.Have,
            Page = page,
        });
        foreach (var room in rules.RoomsOf(device.Owner))
        {
            CompareState(device.Owner, room, view.States[room.Id]);
        }

        Assert.Equal(rules.RoomsOf(device.Owner).Count(), view.States.Count);
    }

    private static async Task DropAsync(Device device)
    {
        if (device.Client is { } client)
        {
            device.Client = null;
            await client.LeaveAsync();
        }
    }

    private bool IsOnline(Person person) => devices[person.Index].Any(d => d.Client is not null);

    private string NextText() => $"text {++told} with \"quotes\" and 表情 😀";
}
