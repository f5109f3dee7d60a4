using System.Net;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.Damage;

/// <summary>
/// Bits flip and files end too early while the server is stopped. <c>chatroom verify</c> names it, or it changed nothing; a damaged file is never served as if
/// it were whole. Flips in the database and in its log: 12 each in <c>./test</c>, 400 in the long run.
/// </summary>
public sealed class DamageTests(ITestOutputHelper output)
{
    private static readonly int Flips = Rounds.Of(12, 400);

    /// <summary>What was said, by whom, in which order, and all names: chained or sealed, and so named. Of the rest only the structure is looked at.</summary>
    private static readonly string[] Proven = ["schema", "entries", "sealed"];

    [Fact]
    public async Task A_bit_that_flips_in_the_database_is_named_or_changes_nothing_that_was_said()
    {
        await using var specimen = await Specimen.MakeAsync(isKilled: false);
        await using var whole = specimen.Copy();
        var before = DatabasePicture.Of(Path.Combine(whole.Data, "chatroom.db"))!;
        var (found, harmless, unseen) = (0, 0, new List<(string Place, IReadOnlyList<string> Tables)>());
        for (var i = 0; i < Flips; i++)
        {
            await using var copy = specimen.Copy();
            var database = Path.Combine(copy.Data, "chatroom.db");
            var place = Flip(database);
            var alone = Path.Combine(copy.Aside, "alone.db");
            File.Copy(database, alone);
            var (code, said) = await copy.VerifyAsync();
            Assert.False(said.Contains("Unhandled"), said);
            if (code != 0)
            {
                Assert.True(said.Trim().Length > 0, "Something is wrong, and nothing was named.");
                found++;
            }
            else if (DatabasePicture.Differences(before, DatabasePicture.Of(alone)) is { Count: 0 })
            {
                harmless++;
            }
            else
            {
                unseen.Add((place, DatabasePicture.Differences(before, DatabasePicture.Of(alone)) ?? Proven));
            }
        }

        output.WriteLine($"{Flips} flips in the database: {found} named, {harmless} changed nothing, {unseen.Count} altered a number or a key that nothing covers: " +
            string.Join("; ", unseen.Select(one => $"{one.Place}: {string.Join(", ", one.Tables)}")));
        Assert.All(unseen, one => Assert.Empty(one.Tables.Intersect(Proven)));
    }

    [Fact]
    public async Task A_bit_that_flips_in_the_write_ahead_log_is_named_or_changes_nothing_before_the_last_commit()
    {
        await using var specimen = await Specimen.MakeAsync(isKilled: true);
        await using var whole = specimen.Copy();
        await using var shorter = specimen.Copy();
        CutLastCommit(Path.Combine(shorter.Data, "chatroom.db-wal"));
        var before = DatabasePicture.Of(Path.Combine(whole.Data, "chatroom.db"))!;
        var withoutLast = DatabasePicture.Of(Path.Combine(shorter.Data, "chatroom.db"))!;
        Assert.NotEmpty(DatabasePicture.Differences(before, withoutLast)!);
        var (found, harmless, last) = (0, 0, 0);
        for (var i = 0; i < Flips; i++)
        {
            await using var copy = specimen.Copy();
            await using var alone = specimen.Copy();
            var place = Flip(Path.Combine(copy.Data, "chatroom.db-wal"));
            File.Copy(Path.Combine(copy.Data, "chatroom.db-wal"), Path.Combine(alone.Data, "chatroom.db-wal"), overwrite: true);
            var (code, said) = await copy.VerifyAsync();
            Assert.False(said.Contains("Unhandled"), said);
            var now = DatabasePicture.Of(Path.Combine(alone.Data, "chatroom.db"));
            if (code != 0)
            {
                Assert.Contains("write-ahead log is damaged", said);
                found++;
            }
            else if (DatabasePicture.Differences(before, now) is { Count: 0 })
            {
                harmless++;
            }
            else
            {
                Assert.True(DatabasePicture.Differences(withoutLast, now) is { Count: 0 }, $"{place} changed more than the last commit, and nothing was named.");
                last++;
            }
        }

        output.WriteLine($"{Flips} flips in the write-ahead log: {found} named, {harmless} changed nothing, {last} in the last commit, where they look like a crash.");
        Assert.True(found > 0);
    }

    [Fact]
    public async Task A_bit_that_flips_in_a_stored_file_or_its_end_that_is_missing_is_always_named_and_never_served()
    {
        await using var specimen = await Specimen.MakeAsync(isKilled: false);
        var damaged = 0;
        for (var round = 0; round < Rounds.Of(2, 50); round++)
        {
            await using var copy = specimen.Copy();
            foreach (var (id, _) in specimen.Stored)
            {
                var path = Path.Combine(copy.Data, "files", id[^2..], id);
                if (round % 2 == 0)
                {
                    Flip(path);
                }
                else
                {
                    Shorten(path);
                }
            }

            var (code, said) = await copy.VerifyAsync();
            Assert.Equal(1, code);
            Assert.All(specimen.Stored, stored => Assert.Contains(stored.Id, said));
            damaged += specimen.Stored.Count;
            await copy.StartAsync();
            await AssertNotServedAsync(copy, specimen);
        }

        output.WriteLine($"{damaged} files damaged, all named, none served.");
    }

    [Fact]
    public async Task A_database_that_ends_too_early_is_named()
    {
        await using var specimen = await Specimen.MakeAsync(isKilled: false);
        for (var i = 0; i < Rounds.Of(3, 50); i++)
        {
            await using var copy = specimen.Copy();
            Shorten(Path.Combine(copy.Data, "chatroom.db"));
            var (code, said) = await copy.VerifyAsync();
            Assert.Equal(1, code);
            Assert.False(said.Contains("Unhandled"), said);
        }
    }

    // The whole, its end, and one byte of each: an error, an end that is missing, or the right bytes where they are not hit.
    private static async Task AssertNotServedAsync(ServerProcess copy, Specimen specimen)
    {
        await using var address = copy.Address();
        using var http = address.Http(new Version(1, 1));
        foreach (var (id, content) in specimen.Stored)
        {
            foreach (var (from, to) in new[] { (0, content.Length - 1), (content.Length / 2, content.Length - 1), (0, 0) })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"/files/{id}") { Version = http.DefaultRequestVersion, VersionPolicy = http.DefaultVersionPolicy };
                request.Headers.Authorization = new("Bearer", specimen.Token);
                request.Headers.Range = new(from, to);
                try
                {
                    using var reply = await http.SendAsync(request);
                    if (reply.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent)
                    {
                        Assert.False((from, to) == (0, content.Length - 1), "A damaged file was served whole.");
                        Assert.Equal(content[from..(to + 1)], await reply.Content.ReadAsByteArrayAsync());
                    }
                }
                catch (HttpRequestException)
                {
                    continue; // Cut off: it does not look whole.
                }
            }
        }
    }

    private static void Shorten(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.SetLength(file, Random.Shared.NextInt64(RandomAccess.GetLength(file)));
    }

    // SQLite file format, section 4: a frame is 24 bytes and a page of 4096; bytes 4 to 7 are not 0 where a commit ends; bytes 8 to 15 are those of the header.
    private static void CutLastCommit(string wal)
    {
        const int Frame = 24 + 4096;
        var bytes = File.ReadAllBytes(wal);
        var ends = new List<int>();
        for (var at = 32; at + Frame <= bytes.Length && bytes.AsSpan(at + 8, 8).SequenceEqual(bytes.AsSpan(16, 8)); at += Frame)
        {
            if (bytes.AsSpan(at + 4, 4).ContainsAnyExcept((byte)0))
            {
                ends.Add(at + Frame);
            }
        }

        File.WriteAllBytes(wal, bytes[..ends[^2]]);
    }

    // The bit, counted from the file's beginning.
    private static string Flip(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        var at = Random.Shared.NextInt64(RandomAccess.GetLength(file));
        var bit = Random.Shared.Next(8);
        var one = new byte[1];
        RandomAccess.Read(file, one, at);
        one[0] ^= (byte)(1 << bit);
        RandomAccess.Write(file, one, at);
        return $"byte {at}, bit {bit}";
    }
}
