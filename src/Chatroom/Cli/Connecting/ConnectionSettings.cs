using Chatroom.Cli.Text;
using Chatroom.Client;

namespace Chatroom.Cli.Connecting;

/// <summary>Where to connect, as whom, and what is trusted; read from options and environment.</summary>
internal sealed record ConnectionSettings
{
    public required ServerAddress Server { get; init; }

    public required Profile Profile { get; init; }

    /// <summary>Null when nobody was named; then the profile's only user is meant.</summary>
    public string? User { get; init; }

    /// <summary>64 hexadecimal digits.</summary>
    public string? Trust { get; init; }

    /// <summary>A device or bot token that stands in for name and password; it is not kept.</summary>
    public string? Token { get; init; }

    /// <summary>The language of what is asked and told.</summary>
    public required Strings Strings { get; init; }

    /// <summary>Standard input is what the verb works on: no password is read from it.</summary>
    public bool InputIsTaken { get; init; }

    /// <summary>Unacknowledged sends stay in the profile and go out with the next chat.</summary>
    public bool KeepsOutbox { get; init; }

    /// <summary>Entries per room wanted at sign-in: 1–200.</summary>
    public int PageSize { get; init; } = 1;

    /// <summary>Gets each client before it connects.</summary>
    public Action<ChatClient>? Prepare { get; init; }

    public ICertificatePins Pins => new ProfilePins(Profile.Pins(), Trust);

    public string KnownUser => User ?? Profile.OnlyUser()
        ?? throw new CliException(ExitCodes.Usage, Strings["usage.user"]);

    /// <summary>A client that has not connected yet.</summary>
    public ChatClient Client()
    {
        IClientStore store = Token is not null ? new MemoryStore() : Profile.User(KnownUser);
        var transport = new NativeTransport(Server.Host, Server.Port, Pins);
        var client = new ChatClient(new ChatClientOptions
        {
            Transport = transport,
            Http = new HttpTransport(Server.Web, Pins),
            Store = KeepsOutbox ? store : new WithoutOutbox(store),
            DeviceName = Environment.MachineName,
            ClientName = "chatroom-cli/3.0",
            Quiet = !KeepsOutbox,
            PageSize = PageSize,
        });
        Prepare?.Invoke(client);
        return client;
    }
}
