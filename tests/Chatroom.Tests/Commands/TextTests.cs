using System.Text;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Rooms;

namespace Chatroom.Tests.Commands;

public sealed class TextTests
{
    [Theory]
    [InlineData("😀")]
    [InlineData("❤️")]
    [InlineData("❤")]
    [InlineData("👍🏽")]
    [InlineData("☝🏿")]
    [InlineData("👨‍👩‍👧‍👦")]
    [InlineData("🧑🏽‍🤝‍🧑🏻")]
    [InlineData("👨🏻‍❤️‍💋‍👨🏿")]
    [InlineData("🏳️‍🌈")]
    [InlineData("🏴‍☠️")]
    [InlineData("👁️‍🗨️")]
    [InlineData("🏃🏽‍♀️‍➡️")]
    [InlineData("🇨🇳")]
    [InlineData("🇪🇺")]
    [InlineData("🏴󠁧󠁢󠁥󠁮󠁧󠁿")]
    [InlineData("1️⃣")]
    [InlineData("#️⃣")]
    [InlineData("*⃣")]
    [InlineData("©️")]
    [InlineData("㊗️")]
    [InlineData("🀄")]
    [InlineData("🅰️")]
    [InlineData("↔️")]
    [InlineData("⏏️")]
    [InlineData("🫩")]
    public void One_emoji_is_one(string emoji)
    {
        Assert.True(Texts.TryEmoji(emoji, out var taken));
        Assert.Equal(emoji, taken);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("1")]
    [InlineData("#")]
    [InlineData("a")]
    [InlineData("字")]
    [InlineData("é")]
    [InlineData("😀😀")]
    [InlineData("😀 ")]
    [InlineData(" 😀")]
    [InlineData("😀a")]
    [InlineData("🇨")]
    [InlineData("🇨🇳🇨")]
    [InlineData("👍‍")]
    [InlineData("‍👍")]
    [InlineData("️")]
    [InlineData("🏴󠁧󠁢")]
    [InlineData("a⃣")]
    [InlineData("[emoji-unknown]")]
    [InlineData("[emoji-HAPPY]")]
    public void What_is_not_one_emoji_is_none(string? text) => Assert.False(Texts.TryEmoji(text, out _));

    [Theory]
    [InlineData("[emoji-happy]", "😜")]
    [InlineData("[emoji-HappyWithHalo]", "😇")]
    [InlineData("[emoji-cake]", "🍰")]
    [InlineData("[emoji-hotpot]", "🥘")]
    public void The_words_of_chatroom_2_are_emoji(string word, string emoji)
    {
        Assert.True(Texts.TryEmoji(word, out var taken));
        Assert.Equal(emoji, taken);
        Assert.True(Texts.TryEmoji(emoji, out _));
    }

    [Fact]
    public void Every_letter_and_digit_of_the_first_plane_is_no_emoji()
    {
        for (var value = 0x20; value < 0x10000; value++)
        {
            if (Rune.IsValid(value) && Rune.IsLetterOrDigit(new Rune(value)) && value != 0x2139)
            {
                Assert.False(Texts.TryEmoji(new Rune(value).ToString(), out _), $"U+{value:X4}");
            }
        }
    }

    [Theory]
    [InlineData("tab\tand line\nfeed", true)]
    [InlineData("", true)]
    [InlineData("😀 表情 עברית", true)]
    [InlineData("\r", false)]
    [InlineData("\0", false)]
    [InlineData("\u0085", false)]
    [InlineData("\u007f", false)]
    public void Texts_have_no_control_characters(string text, bool clean) => Assert.Equal(clean, Texts.IsClean(text));

    [Fact]
    public void Half_characters_are_no_text_and_no_emoji()
    {
        foreach (var text in new[] { "\ud800", "\udc00\ud800", "x\ud83d", "\ud83dx", "\ude00" })
        {
            Assert.False(Texts.IsClean(text));
            Assert.False(Texts.TryEmoji(text, out _));
        }
    }

    [Fact]
    public void A_text_may_have_16_KiB_of_utf8_and_not_a_byte_more()
    {
        Assert.True(Texts.Fits(new string('字', WireLimits.TextBytes / 3) + "x"));
        Assert.False(Texts.Fits(new string('字', WireLimits.TextBytes / 3) + "xx"));
    }

    // Judged character by character: for any script, the text that grows most when it is written as JSON.
    [Fact]
    public void The_largest_legal_text_of_any_script_fits_a_frame_with_everything_around_it()
    {
        var (worst, growth) = ("", 0.0);
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            if (!Rune.IsValid(value) || !Texts.IsClean(new Rune(value).ToString()))
            {
                continue;
            }

            var text = new Rune(value).ToString();
            var written = WireJson.Write(new SendEmojiRequest { Emoji = text }).Length - WireJson.Write(new SendEmojiRequest { Emoji = "" }).Length;
            if ((double)written / Encoding.UTF8.GetByteCount(text) is var grows && grows > growth)
            {
                (worst, growth) = (text, grows);
            }
        }

        var count = WireLimits.TextBytes / Encoding.UTF8.GetByteCount(worst);
        var largest = string.Concat(Enumerable.Repeat(worst, count));
        Assert.True(Texts.Fits(largest));
        var mentions = Enumerable.Range(1, WireLimits.Mentions).Select(i => Chatroom.Server.Ids.Account(i)).ToList();
        var request = new SendMessageRequest { Room = Chatroom.Server.Ids.Room(2), Text = largest, ReplyTo = long.MaxValue, Mentions = mentions, ClientId = new string('0', 32) };
        Assert.InRange(WireJson.Write(request).Length, WireLimits.TextBytes, WireLimits.BodyAfterSignIn);

        // Clients of other languages may write everything beyond ASCII as \u escapes.
        Assert.InRange((WireLimits.TextBytes / 4 * 12) + 4096, 0, WireLimits.BodyAfterSignIn);
        Assert.InRange((WireLimits.TextBytes / 2 * 6) + 4096, 0, WireLimits.BodyAfterSignIn);
    }
}
