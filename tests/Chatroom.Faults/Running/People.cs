namespace Chatroom.Faults.Running;

/// <summary>Accounts made before the fault.</summary>
public static class People
{
    /// <summary>Registers a person and signs in by password.</summary>
    public static async Task<RawClient> RegisterAsync(ServerUnderTest server, string name, ChannelKind kind = ChannelKind.Native)
    {
        var password = Unique.Password();
        var client = await RawClient.OpenAsync(server, kind);
        await client.AskAsync(Wire.Register, new { name, password, clientId = Unique.ClientId() }, Wire.RegisterSuccess);
        Assert.Equal(Wire.LoginSuccess, (await client.LoginAsync(new { version = 3, name, password, page = 1 })).Code);
        (client.Name, client.Password) = (name, password);
        return client;
    }

    /// <summary>Signs in again, as one more device.</summary>
    public static async Task<RawClient> AgainAsync(ServerUnderTest server, RawClient person, ChannelKind kind = ChannelKind.Native)
    {
        var client = await RawClient.OpenAsync(server, kind);
        Assert.Equal(Wire.LoginSuccess, (await client.LoginAsync(new { version = 3, name = person.Name, password = person.Password, page = 1 })).Code);
        (client.Name, client.Password) = (person.Name, person.Password);
        return client;
    }
}
