namespace Chatroom.Conformance.Harness;

/// <summary>
/// A server for one class of tests or, as <see cref="SharedServer"/>, for most of them; with an account that owns it. At the end the process
/// must stop well and must not have logged an error.
/// </summary>
public abstract class ServerFixture : IAsyncDisposable
{
    /// <summary>Passwords are hashed cheaply, and nothing is throttled unless a fixture says otherwise.</summary>
    private static readonly (string, string)[] Usual = [("CHATROOM_PASSWORD_MEMORY_KIB", "1024"), ("CHATROOM_LIMITS", "off")];

    private readonly (string Name, string Value)[] settings;
    private readonly Lazy<Task> starting;

    protected ServerFixture(params (string Name, string Value)[] settings)
    {
        this.settings = settings;
        starting = new Lazy<Task>(StartAsync);
    }

    public ServerUnderTest Server { get; } = new();

    public string OwnerName { get; private set; } = $"root{Unique.Word()}";

    public string OwnerPassword { get; private set; } = Unique.Password();

    /// <summary>Why the tests cannot run here; null when they can.</summary>
    public string? Skip { get; private set; }

    /// <summary>Whether a server that runs already will not do.</summary>
    protected virtual bool IsParticular => settings.Length > 0;

    /// <summary>Starts the server when the first test needs it, so that tests without one run everywhere.</summary>
    public Task ReadyAsync() => starting.Value;

    /// <summary>Stops the server and starts it again, on another port.</summary>
    /// <param name="meanwhile">Given the data folder while nobody uses it.</param>
    public async Task RestartAsync(Func<string, Task> meanwhile)
    {
        await Server.StopAsync();
        await meanwhile(Server.Data);
        await Server.StartAsync([.. Usual, .. settings]);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task StartAsync()
    {
        if (ServerUnderTest.External is not null)
        {
            if (IsParticular)
            {
                Skip = "Needs a server of its own."; // And must not register: the first account is the owner's.
                return;
            }

            await Server.StartAsync();
            await UseExternalOwnerAsync();
            return;
        }

        // The owner registers while registration is open; then the settings come into force.
        await Server.StartAsync(Usual);
        await RegisterOwnerAsync();
        if (settings.Length > 0)
        {
            await Server.StopAsync();
            await Server.StartAsync([.. Usual, .. settings]);
        }
    }

    private async Task RegisterOwnerAsync()
    {
        await using var client = await RawClient.OpenAsync(Server, ChannelKind.Native);
        await client.AskAsync(Wire.Register, new { name = OwnerName, password = OwnerPassword, clientId = Unique.ClientId() }, Wire.RegisterSuccess);
    }

    // CHATROOM_TEST_OWNER=name:password names the owner of a server that runs already; without it, a fresh server gives its ownership away.
    private async Task UseExternalOwnerAsync()
    {
        if (Environment.GetEnvironmentVariable("CHATROOM_TEST_OWNER") is { } owner)
        {
            var colon = owner.IndexOf(':');
            (OwnerName, OwnerPassword) = (owner[..colon], owner[(colon + 1)..]);
        }
        else
        {
            await RegisterOwnerAsync();
        }
    }
}

/// <summary>The one server most suites share; names and rooms are random, so they do not meet.</summary>
public sealed class SharedServer() : ServerFixture;
