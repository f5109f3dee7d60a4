using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.CommandLine;

public sealed class NameTests
{
    /// <summary>Names are folded by tables of the product's own: what the machine has of ICU makes no difference.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_full_width_name_is_the_same_with_and_without_icu(bool icu)
    {
        Assert.SkipWhen(ServerUnderTest.External is not null, "Needs a server with settings of its own.");
        await using var server = new ServerUnderTest { WithIcu = icu };
        await server.StartAsync(("CHATROOM_PASSWORD_MEMORY_KIB", "1024"), ("CHATROOM_LIMITS", "off"));
        using var alice = new Person(server, "alice");
        (await alice.RunAsync("register")).Ends(0);
        Assert.Equal(icu, server.HasIcu);
        foreach (var name in (string[])["ＡＬＩＣＥ", "ALICE", "Ａlice"])
        {
            Assert.Contains("(202 ", (await alice.RunAsync("register", "--user", name)).Ends(1).Errors);
        }

        (await alice.RunAsync("rooms", "--user", "ＡＬＩＣＥ")).Ends(0);
    }
}
