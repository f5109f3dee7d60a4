using System.Globalization;
using Chatroom.Server;
using Chatroom.Server.Maintenance.ClassicImport;

namespace Chatroom.Tests.Maintenance.ClassicImport;

public sealed class ClassicTimesTests
{
    [Theory]
    [InlineData("UTC", "2020-01-02 03:04:05", "2020-01-02T03:04:05Z")]
    [InlineData("Asia/Shanghai", "2020-01-02 03:04:05", "2020-01-01T19:04:05Z")]
    [InlineData("Europe/Berlin", "2020-07-01 12:00:00", "2020-07-01T10:00:00Z")]
    [InlineData("Europe/Berlin", "2020-12-01 12:00:00", "2020-12-01T11:00:00Z")]
    [InlineData("Europe/Berlin", "2020-03-29 02:30:00", "2020-03-29T01:30:00Z")] // never was: as if the clock had stayed on winter time
    [InlineData("Europe/Berlin", "2020-03-29 03:00:00", "2020-03-29T01:00:00Z")]
    public void A_time_without_a_zone_is_that_of_the_zone_given(string zone, string text, string utc)
    {
        Assert.True(new ClassicTimes(ClassicTimes.Find(zone)).TryConvert(text, 0, out var time));
        Assert.Equal(utc, Text(time));
    }

    [Fact]
    public void Of_an_hour_that_was_twice_the_order_of_the_rows_tells_which()
    {
        var times = new ClassicTimes(ClassicTimes.Find("Europe/Berlin"));
        long last = 0;
        var read = new List<string>();
        foreach (var text in new[] { "01:59:00", "02:10:00", "02:50:00", "02:10:00", "02:50:00", "03:00:00" })
        {
            Assert.True(times.TryConvert("2020-10-25 " + text, last, out last));
            read.Add(Text(last)[11..16]);
        }

        Assert.Equal(["23:59", "00:10", "00:50", "01:10", "01:50", "02:00"], read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2020-13-01 00:00:00")]
    [InlineData("0000-00-00 00:00:00")]
    public void What_is_no_time_is_told(string text) => Assert.False(new ClassicTimes(TimeZoneInfo.Utc).TryConvert(text, 5, out _));

    [Fact]
    public void An_unknown_zone_is_refused_in_words()
    {
        var error = Assert.Throws<InvalidDataException>(() => ClassicTimes.Find("Middle/Earth"));
        Assert.Contains("There is no time zone \"Middle/Earth\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_without_a_time_stands_after_the_one_before_it()
    {
        using var bench = new ImportBench();
        bench.Old.Make().Person("ann").Said("ann", "2020-01-01 00:00:05", "one").Said("ann", "??", "two").Said("ann", "2020-01-01 00:00:06", "three");
        var report = await bench.ImportAsync();
        Assert.Contains(report.Notes, n => n.StartsWith("1 rows of Chat", StringComparison.Ordinal));
        await using var server = await bench.RunAsync();
        Assert.Equal(["one", "two", "three"], (await Picture.EntriesAsync(server.Core, Ids.Lobby)).Select(e => e.Text));
    }

    private static string Text(long time) => DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
