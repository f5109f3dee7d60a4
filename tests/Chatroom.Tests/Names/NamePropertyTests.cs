using System.Text;
using Chatroom.Server.Names;
using CsCheck;

namespace Chatroom.Tests.Names;

/// <summary>What holds for every text, tried on texts dense in what makes normalization and folding hard.</summary>
public class NamePropertyTests
{
    private static readonly string[] Hard =
        [.. Vectors.Pairs("nfkc.txt").Select(pair => pair.Given).Concat(Vectors.Pairs("folding.txt").Select(pair => pair.Given))];

    private static readonly Gen<string> AnyScalar =
        Gen.OneOf(Gen.Int[0x20, 0x7E], Gen.Int[0xA0, 0xD7FF], Gen.Int[0xE000, 0x1FFFF], Gen.Int[0, 0xD7FF], Gen.Int[0xE000, 0x10FFFF])
            .Select(value => new Rune(value).ToString());

    private static readonly Gen<string> Part = Gen.OneOf(
        AnyScalar,
        Gen.Int[0, Hard.Length - 1].Select(at => Hard[at]),
        Gen.Char[" abcXYZ.-'019"].Select(c => c.ToString()),
        Gen.Int[0x300, 0x36F].Select(c => ((char)c).ToString()));

    private static readonly Gen<string> Text = Part.Array[0, 6].Select(string.Concat);

    // Letters of one script, so that most names pass every rule and reach the key.
    private static readonly Gen<string> Plausible = Gen.OneOf(
        Gen.Int[0xC0, 0x24F].Select(c => ((char)c).ToString()).Array[1, 12].Select(string.Concat),
        Gen.Int[0x1F00, 0x1F15].Select(c => ((char)c).ToString()).Array[1, 12].Select(string.Concat),
        Gen.Int[0x410, 0x44F].Select(c => ((char)c).ToString()).Array[1, 12].Select(string.Concat),
        Gen.Int[0xFF21, 0xFF3A].Select(c => ((char)c).ToString()).Array[1, 12].Select(string.Concat),
        Gen.Int[0xAC00, 0xD7A3].Select(c => ((char)c).ToString()).Array[1, 12].Select(string.Concat),
        Text);

    [Fact]
    public void Normalizing_twice_changes_nothing() =>
        Text.Sample(text => Normalizer.ToNfkc(Normalizer.ToNfkc(text)) == Normalizer.ToNfkc(text), iter: 20_000);

    [Fact]
    public void Decomposing_first_does_not_change_the_composed_form() =>
        Text.Sample(text => Normalizer.ToNfkc(Normalizer.ToNfkd(text)) == Normalizer.ToNfkc(text), iter: 20_000);

    [Fact]
    public void The_key_is_a_fixed_point_and_ignores_form_and_case() =>
        Text.Sample(
            text =>
            {
                var key = NameKey.Of(text);
                return NameKey.Of(key) == key
                    && NameKey.Of(Normalizer.ToNfkc(text)) == key
                    && NameKey.Of(CaseFolding.Fold(Normalizer.ToNfkd(text))) == key;
            },
            iter: 20_000);

    [Fact]
    public void What_is_shown_of_an_accepted_name_is_accepted_again_as_the_same_name() =>
        Plausible.Sample(
            name =>
            {
                var check = NameRules.Check(name);
                return check.Ok
                    ? NameRules.Check(check.Display) == check && NameKey.Of(check.Key) == check.Key
                    : check is { Display: "", Key: "", Detail.Length: > 0 };
            },
            iter: 20_000);

    [Fact]
    public void Marks_of_different_scripts_on_no_letter_are_refused_in_words()
    {
        var check = NameRules.Check(".\u0368\u030f\u0345");
        Assert.Equal((NameProblem.MixedScripts, "marks of different scripts"), (check.Problem, check.Detail));
    }

    [Fact]
    public void Any_sequence_of_UTF_16_code_units_is_answered_without_an_exception() =>
        Gen.Char.Array[0, 40].Select(units => new string(units))
            .Sample(name => NameRules.Check(name).Ok == (NameRules.Check(name).Detail is null), iter: 20_000);
}
