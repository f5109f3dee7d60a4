namespace Chatroom.WebTests.Suites;

/// <summary>A room with thousands of messages.</summary>
public sealed class HistoryTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    private const int Many = 3000;

    [Fact]
    public async Task Thousands_of_messages_are_paged_up_to_the_first_and_down_again_without_gaps_in_a_small_document()
    {
        await using var ben = await Remote.JoinAsync(Server, "Ben");
        var room = await ben.GroupAsync("thousands");
        await ben.FillAsync(room, Many, i => $"line {i}.");
        var ann = await JoinAsync("Ann");
        await ann.ChooseAsync("#new-room", "Find public groups");
        await ann.Dialog.Locator(".list-row", new() { HasText = "thousands" }).GetByText("Join", new() { Exact = true }).ClickAsync();
        await Expect(ann.Page.Locator(".room-title")).ToContainTextAsync("thousands");
        await ann.SeesAsync($"line {Many}.");

        // Up: every row is met, in order, and the document stays small.
        var up = await ann.WalkAsync(-2500, "line 1.");
        Assert.Equal(Enumerable.Range(1, Many).Select(i => $"line {i}."), up);
        await Until.TrueAsync(
            async () =>
            {
                await ann.ScrollAsync(-2500);
                return await ann.Page.Locator(".history-start").IsVisibleAsync();
            },
            "the beginning of the room");
        var down = await ann.WalkAsync(2500, $"line {Many}.");
        Assert.Equal(Enumerable.Range(1, Many).Select(i => $"line {i}."), down);
        await ann.SaidAsync("at the end again");
        await Expect(ann.Row("at the end again")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task Older_rows_put_in_front_do_not_move_what_is_read()
    {
        await using var ben = await Remote.JoinAsync(Server, "Ben");
        var room = await ben.GroupAsync("steady");
        await ben.FillAsync(room, 400, i => $"line {i}.\n{new string('x', i % 50 * 8)}");
        var ann = await JoinAsync("Ann");
        await ann.ChooseAsync("#new-room", "Find public groups");
        await ann.Dialog.Locator(".list-row", new() { HasText = "steady" }).GetByText("Join", new() { Exact = true }).ClickAsync();
        await ann.SeesAsync("line 400.");
        for (var i = 0; i < 6; i++)
        {
            var first = await FirstAsync(ann);
            var from = await ann.ScrollTopAsync();
            await ann.ScrollAsync(-600);
            await Until.TrueAsync(async () => await ann.ScrollTopAsync() != from, "the turn of the wheel");
            await Expect(ann.Page.Locator(".new-pill")).ToBeVisibleAsync();
            // Rows come in front; whichever row is at the top stays where it was.
            var place = await ann.SettledPlaceAsync();
            if (await FirstAsync(ann) == first)
            {
                continue;
            }

            Assert.Equal(place, await ann.SettledPlaceAsync());
        }

        Assert.NotEqual(400, await FirstAsync(ann));

        static Task<int> FirstAsync(Person person) => person.Page.EvaluateAsync<int>("() => Number(document.querySelector('#timeline [data-seq]').dataset.seq)");
    }

    [Fact]
    public async Task An_old_message_is_shown_by_its_pin_and_the_newest_by_the_pill()
    {
        await using var ben = await Remote.JoinAsync(Server, "Ben");
        var room = await ben.GroupAsync("pinned");
        await ben.SayAsync(room, "the first words");
        await ben.FillAsync(room, 900, i => $"line {i}.");
        var first = await ben.SeqAsync(room, "the first words");
        await ben.AskAsync(53, new { room, target = first, on = true, clientId = Unique.ClientId() }, 310);
        var ann = await JoinAsync("Ann");
        await ann.ChooseAsync("#new-room", "Find public groups");
        await ann.Dialog.Locator(".list-row", new() { HasText = "pinned" }).GetByText("Join", new() { Exact = true }).ClickAsync();
        await ann.SeesAsync("line 900.");
        await ann.Page.ClickAsync("button[aria-label='Pinned messages']");
        await ann.Dialog.GetByText("Show", new() { Exact = true }).ClickAsync();
        await Expect(ann.Row("the first words")).ToBeInViewportAsync();
        await Expect(ann.Row("line 900.")).ToHaveCountAsync(0);
        await ben.SayAsync(room, "news at the end");
        await Expect(ann.Page.Locator(".new-pill")).ToContainTextAsync("1 new");
        await ann.Page.ClickAsync(".new-pill");
        await Expect(ann.Row("news at the end")).ToBeInViewportAsync();
    }
}
