using System.Text;
using Chatroom.Server.Sealing;
using CsCheck;

namespace Chatroom.Tests.Sealing;

public sealed class SealerTests : IDisposable
{
    private readonly TestRing _test = new();
    private readonly Sealer _sealer;

    public SealerTests() => _sealer = new Sealer(_test.Ring);

    public void Dispose() => _test.Dispose();

    [Fact]
    public void What_is_sealed_opens_whatever_its_bytes() =>
        Gen.Select(Gen.Byte.Array[0, 2000], Gen.Byte.Array[0, 256], Gen.Byte.Array[0, 100]).Sample(
            (plain, scope, associated) =>
            {
                var value = _sealer.Seal(SealPurpose.Reply, scope, associated, plain);
                Assert.Equal(plain.Length + Sealer.Overhead, value.Length);
                Assert.Equal(plain, _sealer.Open(SealPurpose.Reply, scope, associated, value));
            },
            iter: 500);

    [Fact]
    public void Every_flipped_bit_is_found()
    {
        var value = _sealer.Seal(SealPurpose.EntryBody, "room"u8, "sender"u8, "hello"u8);
        for (var bit = 0; bit < value.Length * 8; bit++)
        {
            var damaged = (byte[])value.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<SealingException>(() => _sealer.Open(SealPurpose.EntryBody, "room"u8, "sender"u8, damaged));
        }
    }

    [Fact]
    public void A_value_cut_or_lengthened_is_found()
    {
        var value = _sealer.Seal(SealPurpose.EntryBody, "room"u8, "sender"u8, "hello"u8);
        for (var length = 0; length < value.Length; length++)
        {
            Assert.Throws<SealingException>(() => _sealer.Open(SealPurpose.EntryBody, "room"u8, "sender"u8, value.AsSpan(0, length)));
        }

        Assert.Throws<SealingException>(() => _sealer.Open(SealPurpose.EntryBody, "room"u8, "sender"u8, [.. value, 0]));
    }

    [Fact]
    public void A_value_moved_to_another_purpose_scope_or_row_does_not_open()
    {
        var value = _sealer.Seal(SealPurpose.EntryBody, "room"u8, "sender"u8, "hello"u8);
        Assert.Throws<SealingException>(() => _sealer.Open(SealPurpose.Reply, "room"u8, "sender"u8, value));
        Assert.Throws<SealingException>(() => _sealer.Open(SealPurpose.EntryBody, "room2"u8, "sender"u8, value));
        Assert.Throws<SealingException>(() => _sealer.Open(SealPurpose.EntryBody, "room"u8, "sender2"u8, value));
        Assert.Throws<SealingException>(() => _sealer.Open(SealPurpose.EntryBody, "rooms"u8, "ender"u8, value));
        Assert.Throws<SealingException>(() => _sealer.Open(SealPurpose.EntryBody, "room"u8, default, value));
    }

    [Fact]
    public void Random_bytes_never_throw_anything_but_a_sealing_exception() =>
        Gen.Select(Gen.Byte.Array[0, 80], Gen.Bool).Sample(
            (bytes, plausible) =>
            {
                if (plausible && bytes.Length > 2)
                {
                    (bytes[0], bytes[1], bytes[2]) = (1, 0, 1);
                }

                Assert.Throws<SealingException>(() => _sealer.Open(SealPurpose.EntryBody, "room"u8, default, bytes));
            },
            iter: 5000);

    [Fact]
    public void The_same_text_sealed_twice_gives_values_with_nothing_in_common()
    {
        var first = _sealer.SealText(SealPurpose.RoomName, default, default, "canary in the coal mine");
        var second = _sealer.SealText(SealPurpose.RoomName, default, default, "canary in the coal mine");
        Assert.NotEqual(first[3..15], second[3..15]);
        Assert.NotEqual(first[15..], second[15..]);
        Assert.Equal(-1, first.AsSpan().IndexOf("canary"u8));
    }

    [Fact]
    public void Texts_of_any_script_come_back()
    {
        const string text = "Grüße, 聊天室 👩‍👩‍👧 \0";
        var value = _sealer.SealText(SealPurpose.AccountName, "s"u8, "a"u8, text);
        Assert.Equal(text, _sealer.OpenText(SealPurpose.AccountName, "s"u8, "a"u8, value));
    }

    [Fact]
    public void A_lone_surrogate_is_refused_instead_of_replaced() =>
        Assert.ThrowsAny<ArgumentException>(() => _sealer.SealText(SealPurpose.AccountName, default, default, "a\ud800b"));

    [Fact]
    public void Bytes_that_are_no_text_do_not_open_as_one()
    {
        var value = _sealer.Seal(SealPurpose.AccountName, default, default, [0xff, 0xfe]);
        Assert.Throws<SealingException>(() => _sealer.OpenText(SealPurpose.AccountName, default, default, value));
    }

    [Fact]
    public void An_oversized_scope_is_refused() =>
        Assert.Throws<ArgumentException>(() => _sealer.Seal(SealPurpose.EntryBody, new byte[257], default, "x"u8));

    [Fact]
    public void Derived_keys_are_kept_within_a_bound_and_forgotten_ones_are_derived_again()
    {
        var values = new List<byte[]>();
        for (var room = 0; room < 9000; room++)
        {
            values.Add(_sealer.Seal(SealPurpose.EntryBody, BitConverter.GetBytes(room), default, "hello"u8));
        }

        Assert.InRange(_test.Ring.Derived.Count, 2048, 4096);
        foreach (var room in new[] { 0, 1, 4500, 8999 })
        {
            Assert.Equal("hello"u8, _sealer.Open(SealPurpose.EntryBody, BitConverter.GetBytes(room), default, values[room]));
        }
    }

    [Fact]
    public void Many_threads_seal_and_open_while_keys_are_dropped_and_epochs_added()
    {
        Parallel.For(0, 20_000, i =>
        {
            if (i % 5000 == 0)
            {
                _test.Ring.AddEpoch();
            }

            var scope = BitConverter.GetBytes(i % 7000);
            var plain = BitConverter.GetBytes(i);
            var value = _sealer.Seal(SealPurpose.EntryBody, scope, plain, plain);
            Assert.Equal(plain, _sealer.Open(SealPurpose.EntryBody, scope, plain, value));
        });
        Assert.True(_test.Ring.CurrentEpoch > 1);
    }

    [Fact]
    public void The_numbers_of_purposes_never_change()
    {
        var purposes = string.Join(' ', Enum.GetValues<SealPurpose>().Select(p => $"{p}={(int)p}"));
        Assert.Equal(
            "EntryBody=1 RoomName=2 AccountName=3 DeviceName=4 FileName=5 FileContent=6 Reply=7 Settings=8 TlsKey=9 Audit=10 Invitation=11 SearchIndex=12",
            purposes);
        var indexes = string.Join(' ', Enum.GetValues<IndexPurpose>().Select(p => $"{p}={(int)p}"));
        Assert.Equal("AccountName=1 RoomName=2 RequestDigest=3 Token=4 SearchTerm=5 RegistrationCode=6 Chain=7 FileLink=8 ClassicAlias=9", indexes);
    }

    [Fact]
    public void The_derivation_is_HKDF_with_the_published_info()
    {
        // Computed independently (HMAC by hand as in RFC 5869) from an input key of 32 bytes 0x0b.
        var input = Enumerable.Repeat((byte)0x0b, 32).ToArray();
        using var keys = new DerivedKeys();
        Span<byte> key = stackalloc byte[32];
        keys.Derive(input, epoch: 1, KeyUse.Seal, (ushort)SealPurpose.EntryBody, "room"u8, key);
        byte[] info = [.. "chatroom/3 "u8, 1, 0, 1, .. "room"u8, 1];
        var extracted = System.Security.Cryptography.HMACSHA256.HashData(new byte[32], input);
        Assert.Equal(System.Security.Cryptography.HMACSHA256.HashData(extracted, info), key.ToArray());
    }

    [Fact]
    public void Messages_of_exceptions_hold_no_plain_text()
    {
        var value = _sealer.SealText(SealPurpose.EntryBody, default, default, "canary");
        value[^1] ^= 1;
        var error = Assert.Throws<SealingException>(() => _sealer.OpenText(SealPurpose.EntryBody, default, default, value));
        Assert.DoesNotContain("canary", error.ToString());
        Assert.DoesNotContain(Convert.ToHexString(Encoding.UTF8.GetBytes("canary")), error.ToString());
    }
}
