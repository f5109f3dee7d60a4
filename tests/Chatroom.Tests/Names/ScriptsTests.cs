using Chatroom.Server.Names;

namespace Chatroom.Tests.Names;

public class ScriptsTests
{
    [Theory]
    [InlineData("Alice-42", RestrictionLevel.AsciiOnly)]
    [InlineData("Zoë", RestrictionLevel.SingleScript)]
    [InlineData("Алиса", RestrictionLevel.SingleScript)]
    [InlineData("Алиса42", RestrictionLevel.SingleScript)]
    [InlineData("😀", RestrictionLevel.SingleScript)]
    [InlineData("アリスひらがな漢字", RestrictionLevel.SingleScript)] // Jpan
    [InlineData("가나漢字", RestrictionLevel.SingleScript)] // Kore
    [InlineData("漢字ㄅㄆ", RestrictionLevel.SingleScript)] // Hanb
    [InlineData("𐌰𐌱𐌲", RestrictionLevel.SingleScript)] // Gothic, not recommended but alone
    [InlineData("王Alice", RestrictionLevel.HighlyRestrictive)]
    [InlineData("アリスalice漢字", RestrictionLevel.HighlyRestrictive)]
    [InlineData("aliceㄅ漢", RestrictionLevel.HighlyRestrictive)]
    [InlineData("alice가漢", RestrictionLevel.HighlyRestrictive)]
    [InlineData("aliceعلي", RestrictionLevel.ModeratelyRestrictive)]
    [InlineData("aliceहिन्दी", RestrictionLevel.ModeratelyRestrictive)]
    [InlineData("aliceไทย", RestrictionLevel.ModeratelyRestrictive)]
    [InlineData("раураl", RestrictionLevel.Unrestricted)] // Cyrillic but for the last letter
    [InlineData("Aλice", RestrictionLevel.Unrestricted)]
    [InlineData("Тλ", RestrictionLevel.Unrestricted)] // Cyrillic and Greek
    [InlineData("aliceعليไทย", RestrictionLevel.Unrestricted)]
    [InlineData("alice\u13A0", RestrictionLevel.Unrestricted)] // Cherokee is not recommended
    [InlineData("alice𐌰", RestrictionLevel.Unrestricted)]
    [InlineData("ア가", RestrictionLevel.Unrestricted)] // Japanese and Korean have only Han in common
    [InlineData("ㄅア", RestrictionLevel.Unrestricted)]
    [InlineData("عليहिन्दी", RestrictionLevel.Unrestricted)]
    public void A_text_has_the_level_its_mixture_of_scripts_gives(string text, RestrictionLevel level) =>
        Assert.Equal(level, Scripts.LevelOf(text));

    [Theory]
    [InlineData("ー", "Hira", true)] // U+30FC, Common with extensions
    [InlineData("ー", "Hang", false)]
    [InlineData("।", "Deva", true)] // danda, shared by the scripts of India
    [InlineData("।", "Latn", false)]
    [InlineData("\u0301", "Cyrl", true)] // Inherited, with extensions since 15: Cyrillic, Greek, Latin, Osage …
    [InlineData("漢", "Hanb", true)]
    [InlineData("か", "Jpan", true)]
    [InlineData("か", "Hani", false)]
    [InlineData("5", "Thai", true)]
    public void The_augmented_script_set_follows_Script_Extensions(string text, string script, bool member) =>
        Assert.Equal(member, Scripts.Resolve(text).Overlaps(Scripts.Of(script)));

    [Fact]
    public void The_names_of_the_scripts_are_told_in_order_of_appearance() =>
        Assert.Equal(["Latin", "Greek", "Cyrillic"], Scripts.NamesOf("a1λ-ж a"));

    [Fact]
    public void The_tables_are_those_of_one_Unicode_version() => Assert.Equal("15.0.0", UnicodeTables.Version);

    [Fact]
    public void Every_code_point_has_a_kind_and_nothing_lies_beyond_the_last()
    {
        Assert.Equal(0x800, Enumerable.Range(0, 0x110000).Count(value => UnicodeTables.KindOf(value) == CodePointKind.Surrogate));
        Assert.Equal(137_468, Enumerable.Range(0, 0x110000).Count(value => UnicodeTables.KindOf(value) == CodePointKind.PrivateUse));
        Assert.Throws<ArgumentOutOfRangeException>(() => UnicodeTables.KindOf(0x110000));
        Assert.Throws<ArgumentOutOfRangeException>(() => UnicodeTables.KindOf(-1));
    }
}
