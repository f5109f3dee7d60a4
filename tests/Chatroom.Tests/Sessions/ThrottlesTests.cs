using Chatroom.Server;
using Chatroom.Server.Sessions;
using Microsoft.Extensions.Time.Testing;

namespace Chatroom.Tests.Sessions;

public sealed class ThrottlesTests
{
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void A_burst_goes_through_and_the_next_is_told_exactly_how_long_to_wait()
    {
        var throttles = Make(new ChatServerOptions { MessagesPerSecond = 4 });
        for (var i = 0; i < 40; i++)
        {
            Assert.Null(throttles.Change(1));
        }

        Assert.Equal(250, throttles.Change(1));
        clock.Advance(TimeSpan.FromMilliseconds(249));
        Assert.Equal(1, throttles.Change(1));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(throttles.Change(1));
        Assert.Equal(250, throttles.Change(1));
    }

    [Fact]
    public void The_bucket_refills_evenly_and_never_above_the_burst()
    {
        var throttles = Make(new ChatServerOptions { MessagesPerSecond = 4 });
        Take(throttles, 40);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(12, Take(throttles, 100));
        clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(40, Take(throttles, 100));
    }

    [Fact]
    public void Accounts_and_addresses_have_buckets_of_their_own()
    {
        var throttles = Make(new ChatServerOptions { MessagesPerSecond = 1, SignInsPerMinute = 1, RegistrationsPerHour = 1 });
        Take(throttles, 10);
        Assert.NotNull(throttles.Change(1));
        Assert.Null(throttles.Change(2));
        Assert.Null(throttles.SignIn("a"));
        Assert.Null(throttles.SignIn("a"));
        Assert.Equal(60_000, throttles.SignIn("a"));
        Assert.Null(throttles.SignIn("b"));
        Assert.Null(throttles.Registration("a"));
        Assert.Equal(3_600_000, throttles.Registration("a"));
    }

    [Fact]
    public void A_right_password_costs_nothing_and_wrong_ones_side_by_side_are_all_counted()
    {
        var throttles = Make(new ChatServerOptions { FailuresPerMinute = 2 });
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(throttles.Try("x"));
            throttles.Right("x");
        }

        // Four are begun before the first is known to be wrong.
        Assert.All(Enumerable.Range(0, 4), _ => Assert.Null(throttles.Try("x")));
        Assert.Equal(30_000, throttles.Try("x"));
        Assert.Equal(30_000, throttles.Try("x"));
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(throttles.Try("x"));
    }

    [Fact]
    public void A_large_change_counts_for_several()
    {
        var throttles = Make(new ChatServerOptions { MessagesPerSecond = 1 });
        Assert.Null(throttles.Change(1, 9 * 2048));
        Assert.Equal(1000, throttles.Change(1));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(throttles.Change(1));
    }

    [Fact]
    public void With_limits_off_nobody_waits()
    {
        var throttles = Make(new ChatServerOptions { Limits = false, MessagesPerSecond = 1, FailuresPerMinute = 1 });
        Assert.Equal(10_000, Take(throttles, 10_000));
        Assert.Null(throttles.Try("x"));
    }

    [Fact]
    public void Many_at_once_take_no_more_than_the_burst()
    {
        var throttles = Make(new ChatServerOptions { MessagesPerSecond = 100 });
        var passed = 0;
        Parallel.For(0, 20_000, _ =>
        {
            if (throttles.Change(1) is null)
            {
                Interlocked.Increment(ref passed);
            }
        });
        Assert.Equal(1000, passed);
    }

    private static int Take(Throttles throttles, int attempts) => Enumerable.Range(0, attempts).Count(_ => throttles.Change(1) is null);

    private Throttles Make(ChatServerOptions options) => new(options, clock);
}
