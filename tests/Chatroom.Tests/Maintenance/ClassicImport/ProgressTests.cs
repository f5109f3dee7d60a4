using Chatroom.Server;
using Microsoft.Extensions.Time.Testing;

namespace Chatroom.Tests.Maintenance.ClassicImport;

/// <summary>A long import says how far it is; a short one says nothing but its end.</summary>
public sealed class ProgressTests : IDisposable
{
    private readonly ImportBench bench = new();
    private readonly FakeTimeProvider clock = new();
    private readonly List<string> told = [];

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task An_import_that_takes_long_tells_of_people_friends_messages_files_and_private_messages()
    {
        bench.Old.Town();
        await bench.ImportAsync(before: () => clock.Advance(TimeSpan.FromSeconds(2)), clock: clock, progress: told.Add);
        foreach (var what in new[] { "people: ", "friendships: ", "messages in the lobby: ", "files in the lobby: ", "private messages: " })
        {
            Assert.Contains(told, line => line.StartsWith(what, StringComparison.Ordinal) && line.EndsWith(" came over", StringComparison.Ordinal));
        }

        Assert.Contains("people: 6 came over", told);
    }

    [Fact]
    public async Task It_tells_a_line_a_second_at_most()
    {
        bench.Old.Make();
        for (var i = 0; i < 40; i++)
        {
            bench.Old.Person($"p{i}");
        }

        await bench.ImportAsync(before: () => clock.Advance(TimeSpan.FromMilliseconds(100)), clock: clock, progress: told.Add);
        Assert.Equal(4, told.Count);
        Assert.Equal(told.Distinct(), told);
    }

    [Fact]
    public async Task A_quick_one_tells_nothing()
    {
        bench.Old.Town();
        await bench.ImportAsync(clock: clock, progress: told.Add);
        Assert.Empty(told);
    }

    [Fact]
    public async Task The_times_that_come_over_are_those_of_the_zone_given()
    {
        bench.Old.Town();
        await bench.ImportAsync(TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
        await using var server = await bench.RunAsync();
        var first = (await Picture.EntriesAsync(server.Core, Ids.Lobby))[0];
        Assert.Equal(new DateTimeOffset(2020, 1, 2, 10, 0, 0, TimeSpan.FromHours(8)).ToUnixTimeMilliseconds(), first.Time);
    }
}
