using System.Text;
using Chatroom.Fuzz.Engine;
using Chatroom.Protocol;
using Chatroom.Server;
using Chatroom.Server.Commands;
using Chatroom.Server.Connections.Classic;
using Chatroom.Server.Names;
using Chatroom.Server.Rooms;

namespace Chatroom.Fuzz.Targets;

internal sealed class NameTarget : Target
{
    public override string Name => "names";

    public override string Promise => "Any text is a name or not one with its reason; the name as shown is a name again with the same key, and normalizing twice changes nothing.";

    public override IEnumerable<byte[]> Seeds => new[]
    {
        "tAnna", "t安娜", "tанна", "tΑlpha", "te\u0301\u0323", "t\u1100\u1161\u11a8", "t\ufb01\u2126", "tß\u0130ı", "t\u202eabc", "t..", "ta  b", "t\u0345\u0308\u0345", "w\0\u00d8", "t𐐀😀",
    }.Select(Encoding.UTF8.GetBytes);

    public override IReadOnlyList<string> Words { get; } = ["\u0301", "\u0345", "\u0323", "\u1161", "\u11a8", "\uac00", "\u0915\u094d", "\u200d", "\u00df", "\u0390", "\ufdfa", "\u3000", "Ｎ", "ⅷ", "ա", "א", "あ", "漢", "ㄅ"];

    public override int Longest => 700;

    // NFKC makes 18 scalars of one, each of which is one number in a list that doubles, one text and one place in the result.
    public override long Allocates(int length) => (256 << 10) + (16_384L * length);

    public override void Run(byte[] input)
    {
        var name = new Input(input).Utf16();
        Check(NameRules.Check(name), NameRules.Check, NameRules.MaxScalars);
        Check(NameRules.CheckGroup(name), NameRules.CheckGroup, NameRules.MaxGroupScalars);
        if (!Normalizer.IsWellFormed(name))
        {
            Promised.That(Promised.Fails<ArgumentException>(() => Normalizer.ToNfkc(name)), "A lone surrogate was normalized.");
            return;
        }

        var normal = Normalizer.ToNfkc(name);
        Promised.That(Normalizer.ToNfkc(normal) == normal, "Normalizing twice is not normalizing once.");
        Promised.That(normal.EnumerateRunes().Count() <= 18 * name.EnumerateRunes().Count(), "Normalizing makes more of a text than promised.");
        var key = NameKey.Of(name);
        Promised.That(NameKey.Of(key) == key && NameKey.Of(normal) == key, "The key of a key is another.");
    }

    private static void Check(NameCheck check, Func<string, NameCheck> rule, int most)
    {
        if (!check.Ok)
        {
            Promised.That(check is { Display: "", Key: "", Detail: not null } && NameRules.Describe(check.Problem).Length > 0 && Ascii.IsValid(check.Detail), "A refusal is not told.");
            return;
        }

        Promised.That(check.Display.EnumerateRunes().Count() <= most && Texts.IsClean(check.Display), "A name holds what no text may hold.");
        Promised.That(rule(check.Display) == check, "The name as it is shown is another name.");
        Promised.That(check.Display.IndexOfAny(['/', '\\', '@', '#', '"', '<', '>', '\n', '\t']) < 0, "A reserved character is in a name.");
    }
}

internal sealed class TextTarget : Target
{
    public override string Name => "texts";

    public override string Promise => "Texts, emoji and cuts of UTF-8 are judged without failing: what is clean encodes to UTF-8 and back, what is an emoji is clean, no cut splits a character.";

    public override IEnumerable<byte[]> Seeds => new[] { "t\u0001😀", "t👍🏽", "t🏴󠁧󠁢󠁥󠁮󠁧󠁿", "t1️⃣", "t🇨🇳", "t👩‍👩‍👧", "t[emoji-cake]", "ttext\nand\tmore", "w\u00d8\0", "t\x85" }.Select(Encoding.UTF8.GetBytes);

    public override IReadOnlyList<string> Words { get; } = ["\u200d", "\ufe0f", "\u20e3", "🏽", "🇨", "󠁿", "👩", "[emoji-happy]", "\u007f"];

    public override void Run(byte[] input)
    {
        var text = new Input(input).Utf16();
        var clean = Texts.IsClean(text);
        Promised.That(!clean || Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text, "A clean text does not come back from UTF-8.");
        Promised.That((Content.Problem(text) is null) == (clean && text.Length > 0 && Texts.Fits(text)), "A text is refused without a reason, or the other way round.");
        if (Texts.TryEmoji(text, out var emoji))
        {
            Promised.That(Texts.IsClean(emoji) && emoji.Length is > 0 and <= 64 && Texts.TryEmoji(emoji, out var again) && again == emoji, "An emoji is none.");
        }

        Promised.That(!Texts.IsFileName(text) || clean, "A name of a file has control characters.");
        Cut(input);
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var most = 0; most <= Math.Min(bytes.Length, 12); most++)
        {
            var cut = Utf8Points.Cut(bytes, most);
            Promised.That(cut <= most && (cut == bytes.Length || (bytes[cut] & 0xC0) != 0x80), "A character was cut.");
        }
    }

    private static void Cut(byte[] bytes)
    {
        var all = Utf8Points.Measure(bytes, long.MaxValue, out var counted);
        Promised.That(all <= bytes.Length && bytes.Length - all < 4 && counted <= all, "Measuring leaves bytes that belong to nothing.");
        var half = Utf8Points.Measure(bytes, counted / 2, out var first);
        Utf8Points.Measure(bytes.AsSpan(half), long.MaxValue, out var second);
        Promised.That(first == counted / 2 && first + second == counted, "Two halves are not the whole.");
    }
}

internal sealed class IdTarget : Target
{
    public override string Name => "ids";

    public override string Promise => "A text is an id in one way only: what is taken is written again as the same text.";

    public override IEnumerable<byte[]> Seeds => new[] { "lobby", "r0000000000001", "u7zzzzzzzzzzzz", "d0123456789abc", "u8zzzzzzzzzzzz", new string('0', 32), new string('f', 32), "r000000000000o" }.Select(Encoding.UTF8.GetBytes);

    public override IReadOnlyList<string> Words { get; } = ["u", "r", "d", "lobby", "0123456789abc"];

    public override int Longest => 64;

    public override void Run(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        Promised.That(!Ids.TryAccount(text, out var account) || Ids.Account(account) == text, "Another text is the same account.");
        Promised.That(!Ids.TryRoom(text, out var room) || Ids.Room(room) == text, "Another text is the same room.");
        Promised.That(!Ids.TryDevice(text, out var device) || Ids.Device(device) == text, "Another text is the same device.");
        Promised.That(!Ids.TryClientId(text, out var id) || Convert.ToHexStringLower(id) == text, "Another text is the same client id.");
    }
}
