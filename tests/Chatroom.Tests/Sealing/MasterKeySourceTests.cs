using System.Text.RegularExpressions;
using Chatroom.Server.Sealing;

namespace Chatroom.Tests.Sealing;

public sealed class MasterKeySourceTests : IDisposable
{
    private const string Phrase = "correct horse battery staple";
    private readonly TemporaryFolder folder = new();

    public MasterKeySourceTests() => Directory.CreateDirectory(folder["data"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_credential_is_used_when_systemd_gives_one_and_no_key_was_chosen()
    {
        Directory.CreateDirectory(folder["credentials"]);
        Assert.NotEqual(folder["credentials/chatroom-master-key"], MasterKeySource.Of(null, null, folder["credentials"]).File);
        MasterKey.Create(folder["credentials/chatroom-master-key"]).Dispose();
        Assert.Equal(folder["credentials/chatroom-master-key"], MasterKeySource.Of(null, null, folder["credentials"]).File);
        Assert.Equal("/etc/other.key", MasterKeySource.Of("/etc/other.key", null, folder["credentials"]).File);
        Assert.Null(MasterKeySource.Of("passphrase", null, folder["credentials"]).File);
    }

    [Fact]
    public void A_credential_may_show_the_permissions_of_an_access_list_and_a_file_may_not()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Permissions are Unix'.");
        MasterKey.Create(folder["chatroom-master-key"]).Dispose();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder["chatroom-master-key"], UnixFileMode.UserRead | UnixFileMode.GroupRead);
        }

        MasterKeySource.Of(null, null, folder.Path).Create(folder["data"]).Dispose();
        MasterKeySource.Of(null, null, folder.Path).Open(folder["data"]).Dispose();
        Assert.Contains("chmod 600", Assert.Throws<SealingException>(() => MasterKeySource.Of(folder["chatroom-master-key"], null, null).Open(folder["data"])).Message);
    }

    [Fact]
    public void What_a_passphrase_sealed_it_opens_again_and_another_is_refused_with_nothing_touched()
    {
        byte[] value;
        using (var ring = Passphrase(Phrase).Create(folder["data"]))
        {
            value = new Sealer(ring).SealText(SealPurpose.Reply, default, default, "text");
            ring.AddEpoch();
        }

        var before = folder.Snapshot();
        using (var ring = Passphrase(Phrase).Open(folder["data"]))
        {
            Assert.Equal("text", new Sealer(ring).OpenText(SealPurpose.Reply, default, default, value));
        }

        Assert.Contains("The passphrase is not the one", Assert.Throws<SealingException>(() => Passphrase(Phrase + " ").Open(folder["data"])).Message);
        Assert.Contains("nobody to ask", Assert.Throws<SealingException>(() => MasterKeySource.Of("passphrase", null, null).Open(folder["data"])).Message);
        Assert.Equal(before, folder.Snapshot());
    }

    [Fact]
    public void A_passphrase_that_can_be_guessed_in_a_day_is_refused_for_a_new_folder()
    {
        Assert.Contains("too short", Assert.Throws<SealingException>(() => Passphrase("tea").Create(folder["data"])).Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder["data"]));
    }

    [Fact]
    public void The_kind_of_key_that_a_folder_has_is_said_when_the_other_kind_is_given()
    {
        MasterKey.Create(folder["a.key"]).Dispose();
        var file = MasterKeySource.Of(folder["a.key"], null, null);
        file.Create(folder["data"]).Dispose();
        Assert.Contains("--master-key FILE", Assert.Throws<SealingException>(() => Passphrase(Phrase).Open(folder["data"])).Message);
        File.Delete(folder["data/keyring.json"]);
        Passphrase(Phrase).Create(folder["data"]).Dispose();
        Assert.Contains("--master-key passphrase", Assert.Throws<SealingException>(() => file.Open(folder["data"])).Message);
    }

    [Theory]
    [InlineData("\"memoryKib\": 65536", "\"memoryKib\": 8192")]
    [InlineData("\"passes\": 3", "\"passes\": 4")]
    [InlineData("\"lanes\": 4", "\"lanes\": 1")]
    [InlineData("\"kdf\": \"argon2id\"", "\"kdf\": \"argon2i\"")]
    [InlineData("\"memoryKib\": 65536", "\"memoryKib\": 2000000000")]
    [InlineData("\"salt\": \"", "\"salt\": \"0")]
    public void Altered_parameters_are_found_before_or_by_opening(string from, string to)
    {
        Passphrase(Phrase).Create(folder["data"]).Dispose();
        var text = File.ReadAllText(folder["data/keyring.json"]);
        Assert.Matches(Regex.Escape(from), text);
        File.WriteAllText(folder["data/keyring.json"], text.Replace(from, to, StringComparison.Ordinal));
        Assert.Throws<SealingException>(() => Passphrase(Phrase).Open(folder["data"]));
    }

    [Fact]
    public void A_key_file_s_ring_looks_as_it_did_before_there_were_passphrases()
    {
        MasterKeySource.Of(folder["a.key"], null, null).Create(folder["data"]).Dispose();
        Assert.DoesNotContain("passphrase", File.ReadAllText(folder["data/keyring.json"]));
    }

    // Computed with Python's cryptography (OpenSSL): another implementation of RFC 9106 agrees, and it must never change.
    [Fact]
    public void The_same_passphrase_and_salt_make_the_same_key_for_ever()
    {
        Span<byte> key = stackalloc byte[32];
        new PassphraseParameters("argon2id", 65536, 3, 4, "000102030405060708090a0b0c0d0e0f").Derive(Phrase, key);
        Assert.Equal("853b272a44db1421c02962669a55eb0994f3cab385ed1c4c79253eee19bab49e", Convert.ToHexStringLower(key));
    }

    private static MasterKeySource Passphrase(string phrase) => MasterKeySource.Of("passphrase", _ => phrase, null);
}
