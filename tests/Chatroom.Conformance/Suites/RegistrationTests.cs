using System.Text.Json.Nodes;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public abstract class RegistrationTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    public static TheoryData<string> BadNames =>
        ["", " ", " lead", "trail ", "zero\u200bwidth", "right\u202eto-left", "line\nfeed", new string('x', 300)];

    [Fact]
    public async Task The_client_id_of_a_registration_is_told_to_nobody()
    {
        var witness = await PersonAsync();
        var (name, clientId) = ($"p{Unique.Word()}", Unique.ClientId());
        await (await OpenAsync()).AskAsync(Wire.Register, new { name, password = Unique.Password(), clientId }, Wire.RegisterSuccess);
        var join = await witness.WaitAsync(frame => frame.Code == Wire.Entry && frame.Body.OptText("senderName") == name, "the join");
        Assert.NotEqual(clientId, join.Body.Text("clientId"));
    }

    [Fact]
    public async Task Registering_gives_an_account_and_does_not_sign_in()
    {
        var client = await OpenAsync();
        var name = $"p{Unique.Word()}";
        var body = await RegisterAsync(client, name, Unique.Password(), Wire.RegisterSuccess);
        Assert.Equal(name, body.Child("account").Text("name"));
        await client.AskAsync(Wire.ListGroups, new { }, Wire.NotSignedIn);
    }

    [Fact]
    public async Task A_taken_name_is_refused_also_in_other_letters_that_fold_to_it()
    {
        var rest = Unique.Word();
        var client = await OpenAsync();
        await RegisterAsync(client, $"alice{rest}", Unique.Password(), Wire.RegisterSuccess);
        await RegisterAsync(client, $"alice{rest}", Unique.Password(), Wire.RegisterNameTaken);
        await RegisterAsync(client, $"ALICE{rest}", Unique.Password(), Wire.RegisterNameTaken);
        await RegisterAsync(client, $"Ａlice{rest}", Unique.Password(), Wire.RegisterNameTaken);
    }

    [Fact]
    public async Task A_person_signs_in_by_any_spelling_that_folds_to_the_name()
    {
        var rest = Unique.Word();
        var person = await PersonAsync($"Ünal{rest}");
        var client = await OpenAsync();
        var answer = await client.LoginAsync(new { version = 3, name = $"U\u0308NAL{rest.ToUpperInvariant()}", password = person.Password });
        Assert.Equal(Wire.LoginSuccess, answer.Code);
        Assert.Equal(person.Name, answer.Success.Child("account").Text("name"));
    }

    [Theory]
    [MemberData(nameof(BadNames))]
    public async Task A_name_that_could_be_mistaken_or_not_be_read_is_refused(string name)
    {
        // A line feed passes the check of texts and fails that of names.
        var client = await OpenAsync();
        await RegisterAsync(client, name, Unique.Password(), Wire.InvalidName);
    }

    [Theory]
    [InlineData(0, Wire.WeakPassword)]
    [InlineData(7, Wire.WeakPassword)]
    [InlineData(8, Wire.RegisterSuccess)]
    [InlineData(256, Wire.RegisterSuccess)]
    [InlineData(257, Wire.WeakPassword)]
    public async Task A_password_has_8_to_256_bytes(int bytes, int expected)
    {
        var client = await OpenAsync();
        var password = string.Concat(Enumerable.Repeat(Unique.Password(), 20))[..bytes];
        await RegisterAsync(client, $"p{Unique.Word()}", password, expected);
    }

    [Fact]
    public async Task A_password_is_counted_in_bytes_of_UTF_8()
    {
        var client = await OpenAsync();
        await RegisterAsync(client, $"p{Unique.Word()}", "密码密", Wire.RegisterSuccess);
        await RegisterAsync(client, $"p{Unique.Word()}", string.Concat(Enumerable.Repeat("密", 86)), Wire.WeakPassword);
    }

    [Fact]
    public async Task A_retry_of_REGISTER_finds_the_account_it_made()
    {
        var client = await OpenAsync();
        var body = new { name = $"p{Unique.Word()}", password = Unique.Password(), clientId = Unique.ClientId() };
        var first = await client.AskAsync(Wire.Register, body, Wire.RegisterSuccess);
        var again = await (await OpenAsync()).AskAsync(Wire.Register, body, Wire.RegisterSuccess);
        Assert.True(again.Flag("duplicate"));
        Assert.False(first.Flag("duplicate"));
        Assert.Equal(first.Child("account").Text("id"), again.Child("account").Text("id"));
    }

    [Fact]
    public async Task A_retry_of_REGISTER_with_another_password_learns_nothing_about_the_account()
    {
        var client = await OpenAsync();
        var (name, clientId) = ($"p{Unique.Word()}", Unique.ClientId());
        await client.AskAsync(Wire.Register, new { name, password = Unique.Password(), clientId }, Wire.RegisterSuccess);
        await client.AskAsync(Wire.Register, new { name, password = Unique.Password(), clientId }, Wire.IdempotencyConflict, Wire.RegisterNameTaken);
    }

    [Fact]
    public async Task Two_who_register_one_name_at_the_same_time_get_one_account()
    {
        var name = $"p{Unique.Word()}";
        RawClient[] clients = [await OpenAsync(), await OpenAsync()];
        var replies = await Task.WhenAll(clients.Select(client =>
            client.RequestAsync(Wire.Register, new { name, password = Unique.Password(), clientId = Unique.ClientId() })));
        Assert.Equal([Wire.RegisterSuccess, Wire.RegisterNameTaken], replies.Select(reply => reply.Code).Order());
    }

    private static Task<JsonObject> RegisterAsync(RawClient client, string name, string password, int expected) =>
        client.AskAsync(Wire.Register, new { name, password, clientId = Unique.ClientId() }, expected);
}

public sealed class RegistrationTestsNative(SharedServer server) : RegistrationTests(server, ChannelKind.Native);

public sealed class RegistrationTestsWebSocket(SharedServer server) : RegistrationTests(server, ChannelKind.WebSocket);
