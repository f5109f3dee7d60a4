using System.Text.RegularExpressions;

namespace Chatroom.WebTests.Suites;

/// <summary>All of Unicode's emoji.</summary>
public sealed class EmojiTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    [Theory]
    [InlineData("en-US", "grinning face", "smile", "😀")]
    [InlineData("zh-CN", "嘿嘿", "笑", "😀")]
    public async Task Emoji_are_searched_in_the_language_of_the_page_and_the_recent_come_first(string locale, string exact, string loose, string expected)
    {
        var ann = await JoinAsync("Ann", new Style { Locale = locale });
        await ann.Page.ClickAsync("#emoji-button");
        var (field, grid) = (ann.Popover.Locator("input[type=search]"), ann.Popover.Locator(".emoji-grid button"));
        await Expect(field).ToBeFocusedAsync();
        await field.FillAsync(exact);
        await Expect(grid.First).ToHaveTextAsync(expected);
        await field.FillAsync(loose);
        await Until.TrueAsync(async () => await grid.CountAsync() > 5, "several");
        await field.FillAsync("qqqq");
        await Expect(grid).ToHaveCountAsync(0);
        await field.FillAsync(exact);
        await grid.First.ClickAsync();
        await Expect(ann.Popover).ToHaveCountAsync(0);
        await Expect(ann.Composer).ToHaveValueAsync(expected);
        await Expect(ann.Composer).ToBeFocusedAsync();
        await ann.Keyboard.PressAsync("Enter");
        await Expect(ann.Page.Locator(".row.own .text.emoji-only")).ToHaveTextAsync(expected);
        await Expect(ann.Page.Locator(".row.own .text.emoji-only")).ToHaveCSSAsync("font-size", "32px");
        await ann.Page.ClickAsync("#emoji-button");
        await Expect(ann.Popover.Locator("[role=tab]").First).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(grid).ToHaveTextAsync([expected]);
        await ann.Page.ReloadAsync();
        await ann.ReadyAsync();
        await ann.Page.ClickAsync("#emoji-button");
        await Expect(grid).ToHaveTextAsync([expected]);
    }

    [Fact]
    public async Task Every_emoji_that_Unicode_recommends_is_there_and_has_a_name()
    {
        var ann = await JoinAsync("Ann");
        await ann.Page.ClickAsync("#emoji-button");
        var tabs = ann.Popover.Locator("[role=tab]");
        await Expect(tabs).ToHaveCountAsync(10);
        var all = new HashSet<string>();
        for (var i = 1; i < 10; i++)
        {
            await tabs.Nth(i).ClickAsync();
            await Expect(tabs.Nth(i)).ToHaveAttributeAsync("aria-selected", "true");
            var shown = await ann.Page.EvaluateAsync<string[][]>("() => [...document.querySelectorAll('.emoji-grid button')].map(b => [b.textContent, b.getAttribute('aria-label')])");
            Assert.All(shown, one => Assert.False(string.IsNullOrWhiteSpace(one[1]), one[0]));
            Assert.NotEmpty(shown);
            all.UnionWith(shown.Select(one => one[0]));
        }

        // Emoji 16: 1,9xx without skin tones (unicode.org/emoji/charts/emoji-counts.html).
        Assert.InRange(all.Count, 1850, 2100);
        foreach (var one in (string[])["👨‍👩‍👧‍👦", "🇨🇳", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "☕", "🫠", "1️⃣", "❤️‍🔥"])
        {
            Assert.Contains(one, all);
        }
    }

    [Fact]
    public async Task A_skin_tone_is_chosen_once_and_kept()
    {
        var ann = await JoinAsync("Ann");
        await ann.Page.ClickAsync("#emoji-button");
        await ann.Popover.Locator("[role=radio]").Nth(5).ClickAsync();
        await ann.Popover.Locator("input[type=search]").FillAsync("waving hand");
        await Expect(ann.Popover.Locator(".emoji-grid button").First).ToHaveTextAsync("👋🏿");
        await ann.Popover.Locator(".emoji-grid button").First.ClickAsync();
        await ann.Keyboard.PressAsync("Enter");
        await Expect(ann.Row("👋🏿").Locator(".emoji-only")).ToBeVisibleAsync();
        await ann.Page.ClickAsync("#emoji-button");
        await Expect(ann.Popover.Locator("[role=radio]").Nth(5)).ToHaveAttributeAsync("aria-checked", "true");
    }

    [Fact]
    public async Task A_colon_and_two_letters_offer_emoji()
    {
        var ann = await JoinAsync("Ann");
        await ann.Composer.PressSequentiallyAsync("ship it :rocket");
        await Expect(ann.Page.Locator("#completion .option").First).ToContainTextAsync("🚀");
        await ann.Keyboard.PressAsync("Enter");
        await Expect(ann.Composer).ToHaveValueAsync(new Regex("^ship it 🚀 ?$"));
    }
}
