using Chatroom.Server;
using Chatroom.Server.Maintenance;
using Chatroom.Server.Sealing;
using Chatroom.Server.Storage;
using Chatroom.Tests.Maintenance.Backups;
using Chatroom.Tests.Sealing;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Maintenance;

public sealed class RekeyTests : IDisposable
{
    private const string Phrase = "six words that do not belong";
    private readonly TemporaryFolder folder = new();
    private readonly byte[] sealedBefore;

    public RekeyTests()
    {
        using var data = DataFolder.Open(Options, create: true);
        sealedBefore = Seal(data.Keys);
    }

    private ChatServerOptions Options => ServerBench.OptionsIn(folder);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_new_key_opens_everything_and_the_former_opens_only_older_copies()
    {
        File.Copy(folder["data/keyring.json"], folder["older.json"]);
        var report = Run();
        Assert.Equal((2, false), (report.Epoch, report.Resumed));
        var now = Opened(Options);
        Assert.Equal(2, now);
        Assert.NotEqual(File.ReadAllText(folder["master.key"]), File.ReadAllText(report.Former!));

        var former = Options with { MasterKey = report.Former };
        Assert.Contains("does not belong", Assert.Throws<SealingException>(() => Opened(former)).Message);
        File.Copy(folder["older.json"], folder["data/keyring.json"], overwrite: true);
        Assert.Equal(1, Opened(former));
    }

    [Fact]
    public void Only_the_key_ring_and_the_key_files_change()
    {
        var before = folder.Snapshot();
        var report = Run();
        var after = folder.Snapshot();
        Assert.Equal(
            new[] { "data/keyring.json", "master.key", Path.GetFileName(report.Former!) }.Order(StringComparer.Ordinal),
            after.Where(f => !before.TryGetValue(f.Key, out var was) || was != f.Value).Select(f => f.Key));
        Assert.StartsWith("UserWrite, UserRead ", after["master.key"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("key", true)]
    [InlineData("former", true)]
    [InlineData("ring", true)]
    [InlineData("rename", false)]
    public void Cut_off_before_any_step_the_folder_is_opened_by_a_key_that_is_there_and_the_next_run_finishes(string step, bool formerOpens)
    {
        Assert.Throws<IOException>(() => Run(before: s => Cut(s, step)));
        if (formerOpens)
        {
            Assert.Equal(1, Opened(Options));
        }
        else
        {
            Assert.Contains("rekey", Assert.Throws<SealingException>(() => Opened(Options)).Message);
            Assert.Equal(2, Opened(Options with { MasterKey = folder["master.key.new"] }));
        }

        Assert.Equal(!formerOpens, Run().Resumed);
        Assert.Equal(2, Opened(Options));
        Assert.False(File.Exists(folder["master.key.new"]));
    }

    [Fact]
    public void Cut_off_while_it_finishes_it_can_still_be_finished()
    {
        Assert.Throws<IOException>(() => Run(before: s => Cut(s, "rename")));
        Assert.Throws<IOException>(() => Run(before: s => Cut(s, "rename")));
        Assert.True(Run().Resumed);

        Assert.Throws<IOException>(() => Run(before: s => Cut(s, "former")));
        Assert.Throws<IOException>(() => Run(before: s => Cut(s, "discard")));
        Assert.Equal(2, Opened(Options));
        Assert.Equal(3, Run().Epoch);
        Assert.Equal(3, Opened(Options));
    }

    [Fact]
    public void A_next_key_is_not_thrown_away_when_neither_opens_the_folder()
    {
        MasterKey.Create(folder["master.key.new"]).Dispose();
        File.Delete(folder["master.key"]);
        MasterKey.Create(folder["master.key"]).Dispose();
        var before = folder.Snapshot();
        Assert.Throws<SealingException>(() => Run());
        Assert.Equal(before, folder.Snapshot());
    }

    [Fact]
    public void From_a_file_to_a_passphrase_to_another_and_back_to_a_file()
    {
        var passphrase = Options with { MasterKey = "passphrase", AskPassphrase = _ => Phrase };
        var report = Run(to: "passphrase", ask: Phrase);
        Assert.Equal((2, folder["master.key"]), (report.Epoch, report.Former));
        Assert.Equal(2, Opened(passphrase));
        Assert.Contains("opened by a passphrase", Assert.Throws<SealingException>(() => Opened(Options)).Message);

        Assert.Equal(3, Run(options: passphrase, ask: Phrase + "!").Epoch);
        Assert.Contains("The passphrase is not the one", Assert.Throws<SealingException>(() => Opened(passphrase)).Message);
        Assert.Equal(3, Opened(passphrase with { AskPassphrase = _ => Phrase + "!" }));

        Assert.Equal(4, Run(options: passphrase with { AskPassphrase = _ => Phrase + "!" }, to: folder["keys/other.key"]).Epoch);
        Assert.Equal(4, Opened(Options with { MasterKey = folder["keys/other.key"] }));
    }

    [Theory]
    [InlineData("passphrase", "too short")]
    [InlineData("data/inside.key", "must not be in the data folder")]
    public void A_new_key_that_would_not_do_is_refused_and_nothing_is_touched(string to, string words)
    {
        var before = folder.Snapshot();
        var refused = Assert.ThrowsAny<Exception>(() => Run(to: to == "passphrase" ? to : folder[to], ask: "short"));
        Assert.True(refused is SealingException or DataFolderException && refused.Message.Contains(words, StringComparison.Ordinal), refused.ToString());
        Assert.Equal(before, folder.Snapshot());
    }

    [Fact]
    public void The_default_key_file_is_not_changed_in_its_place_for_others_may_have_theirs_in_it()
    {
        var before = folder.Snapshot();
        Assert.Contains("--new-master-key", Assert.Throws<SealingException>(() => Run(Options with { MasterKey = null })).Message);
        Assert.Equal(before, folder.Snapshot());
    }

    [Fact]
    public void Another_folder_of_a_key_that_was_changed_is_told_which_key_opens_it_and_brought_to_the_new_one()
    {
        var other = Options with { Data = folder["other"] };
        DataFolder.Open(other, create: true).Dispose();
        var former = Run().Former!;
        var refusal = Assert.Throws<SealingException>(() => DataFolder.Open(other, create: false)).Message;
        Assert.Contains(folder["master.key"] + " ", refusal);
        Assert.Contains(former + ", which `chatroom rekey` kept beside it, opens it", refusal);

        Run(other with { MasterKey = former }, to: folder["master.key"]);
        DataFolder.Open(other, create: false).Dispose();
        Assert.Equal(2, Opened(Options));
    }

    [Fact]
    public void A_former_key_that_does_not_open_the_folder_either_is_not_offered()
    {
        Run();
        var former = Run().Former!;
        var other = Options with { Data = folder["other"], MasterKey = folder["other.key"] };
        DataFolder.Open(other, create: true).Dispose();
        var refusal = Assert.Throws<SealingException>(() => DataFolder.Open(other with { MasterKey = folder["master.key"] }, create: false)).Message;
        Assert.Contains($"Nor do the former keys beside it", refusal);
        Assert.Contains(Path.GetFileName(former), refusal);
    }

    [Fact]
    public void While_a_server_runs_it_is_refused()
    {
        using var running = DataFolder.Open(Options, create: false);
        Assert.Contains("in use", Assert.Throws<DataFolderException>(() => Run()).Message);
    }

    [Fact]
    public async Task History_and_files_from_before_and_after_are_well()
    {
        await using var bench = await BackupBench.StartAsync();
        await bench.Alice.SayAsync("lobby", "before");
        await bench.UploadAsync(100_000);
        await bench.StopAsync();
        Assert.Equal(2, Rekeying.Run(bench.Options, null, null).Epoch);
        await bench.BackupAsync("copy");
        Assert.Empty((await bench.RestoreAsync("copy")).Verified!.Problems);
        Assert.Equal(["before"], await bench.RestoredTextsAsync());
    }

    private static void Cut(string step, string at)
    {
        if (step == at)
        {
            throw new IOException("the power");
        }
    }

    private static byte[] Seal(KeyRing ring) => new Sealer(ring).SealText(SealPurpose.EntryBody, "room"u8, default, "said before");

    private RekeyReport Run(ChatServerOptions? options = null, string? to = null, string? ask = null, Action<string>? before = null) =>
        Rekeying.Run(options ?? Options, to, _ => ask!, TimeProvider.System, before ?? (_ => { }));

    /// <summary>Opens the folder and what was sealed in the beginning; gives the epoch that seals.</summary>
    private int Opened(ChatServerOptions options)
    {
        using var data = DataFolder.Open(options, create: false);
        Assert.Equal("said before", new Sealer(data.Keys).OpenText(SealPurpose.EntryBody, "room"u8, default, sealedBefore));
        return data.Keys.CurrentEpoch;
    }
}
