namespace Chatroom.Conformance.Harness;

/// <summary>
/// What every suite stands on: people with random names on one channel. A suite is an abstract class with one derived class per channel,
/// so that every test runs on both.
/// </summary>
public abstract class ConformanceTest(ServerFixture fixture, ChannelKind kind) : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> open = [];

    protected ServerUnderTest Server => fixture.Server;

    protected ServerFixture Fixture => fixture;

    protected ChannelKind Kind => kind;

    public virtual async ValueTask InitializeAsync()
    {
        await fixture.ReadyAsync();
        Assert.SkipWhen(fixture.Skip is not null, fixture.Skip ?? "");
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var client in open)
        {
            await client.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>A connection that has not signed in.</summary>
    public async Task<RawClient> OpenAsync()
    {
        var client = await RawClient.OpenAsync(Server, kind);
        lock (open)
        {
            open.Add(client);
        }

        return client;
    }

    /// <summary>A new account, signed in.</summary>
    public async Task<RawClient> PersonAsync(string? name = null)
    {
        name ??= $"p{Unique.Word()}";
        var password = Unique.Password();
        var client = await OpenAsync();
        await client.AskAsync(Wire.Register, new { name, password, clientId = Unique.ClientId() }, Wire.RegisterSuccess);
        await SignInAsync(client, name, password);
        return client;
    }

    /// <summary>One more device of a person, by password.</summary>
    public async Task<RawClient> DeviceAsync(RawClient person, object? have = null)
    {
        var client = await OpenAsync();
        await SignInAsync(client, person.Name, person.Password, have);
        return client;
    }

    /// <summary>The same device again, by its token.</summary>
    public async Task<RawClient> ReturnAsync(RawClient device, object? have = null, int page = 10)
    {
        var client = await OpenAsync();
        (client.Name, client.Password, client.Token) = (device.Name, device.Password, device.Token);
        Assert.Equal(Wire.LoginSuccess, (await client.LoginAsync(new { version = 3, token = device.Token, have, page })).Code);
        return client;
    }

    /// <summary>The owner of the server.</summary>
    public async Task<RawClient> RootAsync()
    {
        var client = await OpenAsync();
        await SignInAsync(client, fixture.OwnerName, fixture.OwnerPassword);
        return client;
    }

    /// <summary>A new account that administers the server.</summary>
    public async Task<RawClient> AdminAsync()
    {
        var root = await RootAsync();
        var admin = await PersonAsync();
        await root.ChangeAsync(Wire.SetUserRole, new { account = admin.Id, role = "admin" }, Wire.Ok);
        return admin;
    }

    /// <summary>A connection signed in by a bot token of the person.</summary>
    public Task<RawClient> BotAsync(RawClient person, params string[] scopes) => BotAsync(person, new { name = "bot", scopes });

    /// <summary>The same with a token that is good for a day.</summary>
    public Task<RawClient> DayBotAsync(RawClient person, params string[] scopes) => BotAsync(person, new { name = "bot", scopes, days = 1 });

    private async Task<RawClient> BotAsync(RawClient person, object wanted)
    {
        var made = await person.ChangeAsync(Wire.CreateToken, wanted, Wire.TokenCreated);
        var bot = await OpenAsync();
        bot.Token = made.Text("token");
        Assert.Equal(Wire.LoginSuccess, (await bot.LoginAsync(new { version = 3, token = bot.Token, page = 10 })).Code);
        return bot;
    }

    private static async Task SignInAsync(RawClient client, string name, string password, object? have = null)
    {
        var answer = await client.LoginAsync(new { version = 3, name, password, device = "test", client = "conformance/3", have, page = 10 });
        Assert.Equal(Wire.LoginSuccess, answer.Code);
        (client.Name, client.Password) = (name, password);
    }
}
