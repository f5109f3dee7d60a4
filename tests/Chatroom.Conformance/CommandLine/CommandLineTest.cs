using System.Text.Json.Nodes;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.CommandLine;

/// <summary>People who use the executable as a client of the server under test.</summary>
public abstract class CommandLineTest(ServerFixture fixture) : IAsyncLifetime
{
    private readonly List<Person> people = [];

    protected ServerUnderTest Server => fixture.Server;

    public async ValueTask InitializeAsync()
    {
        await fixture.ReadyAsync();
        Assert.SkipWhen(fixture.Skip is not null, fixture.Skip ?? "");
        Assert.SkipWhen(Server.Fingerprint is null, "Needs the fingerprint of the server.");
    }

    public ValueTask DisposeAsync()
    {
        people.ForEach(person => person.Dispose());
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Someone without an account.</summary>
    protected Person Somebody(string? name = null)
    {
        var person = new Person(Server, name ?? $"p{Unique.Word()}");
        people.Add(person);
        return person;
    }

    /// <summary>Someone with an account.</summary>
    protected async Task<Person> PersonAsync()
    {
        var person = Somebody();
        (await person.RunAsync("register")).Ends(0);
        return person;
    }

    protected static JsonNode Parse(string line) => JsonNode.Parse(line) ?? throw new InvalidOperationException("null is no object.");

    protected static void Equal(string expected, Run run) => Assert.Equal(expected, run.Output.TrimEnd('\n'));
}
