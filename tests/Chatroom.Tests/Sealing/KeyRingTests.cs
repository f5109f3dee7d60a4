using System.Collections.Concurrent;
using System.Text;
using Chatroom.Server.Sealing;

namespace Chatroom.Tests.Sealing;

public sealed class KeyRingTests : IDisposable
{
    private static readonly byte[] Room = "room-1"u8.ToArray();

    private readonly TemporaryFolder _folder = new();
    private readonly MasterKey _master;
    private readonly MasterKey _other;

    public KeyRingTests()
    {
        Directory.CreateDirectory(Data);
        _master = MasterKey.Create(_folder["one.key"]);
        _other = MasterKey.Create(_folder["two.key"]);
    }

    private string Data => _folder["data"];

    private string RingFile => Path.Combine(Data, "keyring.json");

    public void Dispose()
    {
        _master.Dispose();
        _other.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_was_sealed_opens_after_a_restart()
    {
        Assert.False(KeyRing.Exists(Data));
        var value = SealWith(KeyRing.Create(Data, _master));
        Assert.True(KeyRing.Exists(Data));
        AssertOpens(KeyRing.Open(Data, _master), value);
    }

    [Fact]
    public void A_wrong_master_key_is_refused_and_leaves_the_folder_byte_identical()
    {
        KeyRing.Create(Data, _master).Dispose();
        var before = _folder.Snapshot();
        var error = Assert.Throws<SealingException>(() => KeyRing.Open(Data, _other));
        Assert.Contains($"The master key does not belong to {Data}.", error.Message);
        Assert.Equal(before, _folder.Snapshot());
    }

    [Fact]
    public void A_key_ring_is_not_overwritten()
    {
        KeyRing.Create(Data, _master).Dispose();
        var before = _folder.Snapshot();
        Assert.Throws<SealingException>(() => KeyRing.Create(Data, _other));
        Assert.Equal(before, _folder.Snapshot());
    }

    [Fact]
    public void A_missing_key_ring_is_named()
    {
        var error = Assert.Throws<SealingException>(() => KeyRing.Open(Data, _master));
        Assert.Contains(RingFile, error.Message);
    }

    [Fact]
    public void Two_data_folders_under_one_master_key_do_not_open_each_others_values()
    {
        var value = SealWith(KeyRing.Create(Data, _master));
        Directory.CreateDirectory(_folder["second"]);
        using var second = KeyRing.Create(_folder["second"], _master);
        Assert.Throws<SealingException>(() => new Sealer(second).Open(SealPurpose.EntryBody, Room, [], value));
    }

    [Fact]
    public void Every_changed_character_of_the_file_is_found()
    {
        using (var ring = KeyRing.Create(Data, _master))
        {
            ring.AddEpoch();
        }

        var sound = File.ReadAllBytes(RingFile);
        for (var i = 0; i < sound.Length; i++)
        {
            if (char.IsWhiteSpace((char)sound[i]))
            {
                continue;
            }

            var damaged = (byte[])sound.Clone();
            damaged[i] ^= 0x01;
            File.WriteAllBytes(RingFile, damaged);
            Assert.Throws<SealingException>(() => KeyRing.Open(Data, _master));
        }

        File.WriteAllBytes(RingFile, sound);
        KeyRing.Open(Data, _master).Dispose();
    }

    [Fact]
    public void A_file_cut_at_any_length_is_refused()
    {
        KeyRing.Create(Data, _master).Dispose();
        var sound = File.ReadAllBytes(RingFile);
        for (var length = 0; length < sound.Length; length++)
        {
            File.WriteAllBytes(RingFile, sound[..length]);
            Assert.Throws<SealingException>(() => KeyRing.Open(Data, _master));
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"format":2,"id":"","master":"","epochs":[{"epoch":1,"wrapped":""}],"mac":""}""")]
    [InlineData("""{"format":1,"id":null,"master":"","epochs":[{"epoch":1,"wrapped":""}],"mac":""}""")]
    [InlineData("""{"format":1,"id":"00","master":"","epochs":[null],"mac":""}""")]
    [InlineData("""{"format":1,"id":"00","master":"","epochs":[],"mac":""}""")]
    [InlineData("""{"format":1,"id":"0","master":"zz","epochs":[{"epoch":1,"wrapped":"00"}],"mac":"00"}""")]
    [InlineData("""{"format":1,"id":"00","master":"00","epochs":[{"epoch":2,"wrapped":"00"}],"mac":"00"}""")]
    public void Json_that_is_no_key_ring_is_refused(string json)
    {
        File.WriteAllText(RingFile, json);
        Assert.Throws<SealingException>(() => KeyRing.Open(Data, _master));
    }

    [Fact]
    public void An_epoch_taken_away_is_found()
    {
        KeyRing.Create(Data, _master).Dispose();
        var old = File.ReadAllText(RingFile);
        using (var ring = KeyRing.Open(Data, _master))
        {
            ring.AddEpoch();
        }

        var marker = old[old.IndexOf("\"mac\"", StringComparison.Ordinal)..];
        var now = File.ReadAllText(RingFile);
        var mac = now[now.IndexOf("\"mac\"", StringComparison.Ordinal)..];
        File.WriteAllText(RingFile, old.Replace(marker, mac, StringComparison.Ordinal));
        var error = Assert.Throws<SealingException>(() => KeyRing.Open(Data, _master));
        Assert.Contains("damaged", error.Message);
    }

    [Fact]
    public void A_new_epoch_seals_and_all_epochs_open()
    {
        byte[] first, second;
        using (var ring = KeyRing.Create(Data, _master))
        {
            Assert.Equal(1, ring.CurrentEpoch);
            first = Seal(ring);
            Assert.Equal(2, ring.AddEpoch());
            Assert.Equal(2, ring.CurrentEpoch);
            second = Seal(ring);
        }

        Assert.Equal([0, 1], first[1..3]);
        Assert.Equal([0, 2], second[1..3]);
        AssertOpens(KeyRing.Open(Data, _master), first, second);
    }

    [Fact]
    public void A_value_whose_epoch_is_forged_does_not_open()
    {
        using var ring = KeyRing.Create(Data, _master);
        ring.AddEpoch();
        var value = Seal(ring);
        value[2] = 1;
        Assert.Throws<SealingException>(() => new Sealer(ring).Open(SealPurpose.EntryBody, Room, [], value));
    }

    [Fact]
    public void After_rewrapping_only_the_new_master_key_opens_the_folder()
    {
        byte[] value, after;
        using (var ring = KeyRing.Create(Data, _master))
        {
            value = Seal(ring);
            ring.Rewrap(_other);
            ring.AddEpoch();
            after = Seal(ring);
        }

        Assert.Throws<SealingException>(() => KeyRing.Open(Data, _master));
        AssertOpens(KeyRing.Open(Data, _other), value, after);
    }

    [Fact]
    public void A_ring_that_cannot_be_written_goes_on_as_it_was()
    {
        using var ring = KeyRing.Create(Data, _master);
        Directory.CreateDirectory(RingFile + ".tmp");
        Assert.Throws<SealingException>(() => ring.AddEpoch());
        Assert.Throws<SealingException>(() => ring.Rewrap(_other));
        Assert.Equal(1, ring.CurrentEpoch);
        Directory.Delete(RingFile + ".tmp");
        Assert.Equal(2, ring.AddEpoch());
        AssertOpens(KeyRing.Open(Data, _master), Seal(ring));
    }

    [Fact]
    public void A_torn_temporary_file_left_by_a_crash_does_no_harm()
    {
        KeyRing.Create(Data, _master).Dispose();
        File.WriteAllText(RingFile + ".tmp", "{ \"form");
        using var ring = KeyRing.Open(Data, _master);
        Assert.Equal(2, ring.AddEpoch());
        Assert.False(File.Exists(RingFile + ".tmp"));
    }

    [Fact]
    public void A_disposed_ring_neither_seals_nor_opens()
    {
        var ring = KeyRing.Create(Data, _master);
        var value = Seal(ring);
        ring.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Seal(ring));
        Assert.Throws<ObjectDisposedException>(() => new Sealer(ring).Open(SealPurpose.EntryBody, Room, [], value));
    }

    [Fact]
    public void What_is_sealed_while_the_ring_is_being_disposed_opens_later()
    {
        KeyRing.Create(Data, _master).Dispose();
        for (var round = 0; round < 20; round++)
        {
            var ring = KeyRing.Open(Data, _master);
            var values = new ConcurrentBag<(byte[] Scope, byte[] Value)>();
            Parallel.For(0, 2, worker =>
            {
                for (var i = 0; ; i++)
                {
                    if (worker == 0 && values.Count > 50)
                    {
                        ring.Dispose();
                    }

                    try
                    {
                        byte[] scope = [(byte)worker, .. BitConverter.GetBytes(i)];
                        values.Add((scope, new Sealer(ring).Seal(SealPurpose.EntryBody, scope, [], "hello"u8)));
                    }
                    catch (ObjectDisposedException)
                    {
                        return;
                    }
                }
            });

            using var again = KeyRing.Open(Data, _master);
            Assert.True(values.Count > 50);
            Assert.All(values, v => Assert.Equal("hello"u8, new Sealer(again).Open(SealPurpose.EntryBody, v.Scope, [], v.Value)));
        }
    }

    [Fact]
    public void The_file_does_not_show_the_master_key()
    {
        KeyRing.Create(Data, _master).Dispose();
        var text = File.ReadAllText(RingFile);
        Assert.DoesNotContain(Convert.ToHexStringLower(_master.Bytes), text);
        Assert.Equal(-1, Encoding.UTF8.GetBytes(text).AsSpan().IndexOf(_master.Bytes));
    }

    private static byte[] Seal(KeyRing ring) => new Sealer(ring).Seal(SealPurpose.EntryBody, Room, [], "hello"u8);

    private static byte[] SealWith(KeyRing ring)
    {
        using (ring)
        {
            return Seal(ring);
        }
    }

    private static void AssertOpens(KeyRing ring, params byte[][] values)
    {
        using (ring)
        {
            Assert.All(values, value => Assert.Equal("hello"u8, new Sealer(ring).Open(SealPurpose.EntryBody, Room, [], value)));
        }
    }
}
