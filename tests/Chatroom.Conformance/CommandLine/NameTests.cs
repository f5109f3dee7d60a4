using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.CommandLine;

public sealed class NameTests
{
    /// <summary>Names are folded by tables of the product's own: what the machine has of ICU makes no difference.</summary>
    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public async Task A_full_width_name_is_the_same_with_and_without_icu(string invariant)
    {
        Assert.SkipWhen(ServerUnderTest.External is not null, "Needs a server with settings of its own.");
        await using var server = new ServerUnderTest();
        await server.StartAsync(("CHATROOM_PASSWORD_MEMORY_KIB", "1024"), ("CHATROOM_LIMITS", "off"), ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", invariant));
        using var alice = new Person(server, "alice");
        alice.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = invariant;
        (await alice.RunAsync("register")).Ends(0);
        foreach (var name in (string[])["ＡＬＩＣＥ", "ALICE", "Ａlice"])
        {
            Assert.Contains("(202 ", (await alice.RunAsync("register", "--user", name)).Ends(1).Errors);
        }

        (await alice.RunAsync("rooms", "--user", "ＡＬＩＣＥ")).Ends(0);
    }
}
