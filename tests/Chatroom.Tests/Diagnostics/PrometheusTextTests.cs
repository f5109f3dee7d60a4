using System.Diagnostics.Metrics;
using Chatroom.Server.Diagnostics;

namespace Chatroom.Tests.Diagnostics;

/// <summary>Measurements as Prometheus reads them.</summary>
public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter meter = new("test");
    private readonly PrometheusText text;

    public PrometheusTextTests() => text = new PrometheusText(other => ReferenceEquals(other, meter), "1.2.3");

    public void Dispose()
    {
        text.Dispose();
        meter.Dispose();
    }

    [Fact]
    public void Names_carry_their_unit_and_counters_say_so()
    {
        meter.CreateCounter<long>("a.count", "{thing}", "Things.").Add(2);
        meter.CreateUpDownCounter<int>("b.size", "By").Add(-3);
        meter.CreateObservableCounter("c.time", () => 1.5, "s");
        meter.CreateObservableGauge("d.share", () => 0.25, "1");
        meter.CreateCounter<long>("e.total").Add(1);
        Assert.Equal("""
            # HELP target_info What is measured.
            # TYPE target_info gauge
            target_info{service_name="chatroom",service_version="1.2.3"} 1
            # HELP a_count_total Things.
            # TYPE a_count_total counter
            a_count_total 2
            # HELP b_size_bytes 
            # TYPE b_size_bytes gauge
            b_size_bytes -3
            # HELP c_time_seconds_total 
            # TYPE c_time_seconds_total counter
            c_time_seconds_total 1.5
            # HELP d_share_ratio 
            # TYPE d_share_ratio gauge
            d_share_ratio 0.25
            # HELP e_total 
            # TYPE e_total counter
            e_total 1

            """, text.Collect());
    }

    [Fact]
    public void Counters_add_up_over_collections_and_what_is_observed_is_told_anew()
    {
        var counter = meter.CreateCounter<long>("count");
        var people = new List<string> { "native", "classic" };
        meter.CreateObservableGauge("kinds", () => people.Select(kind => new Measurement<int>(1, new KeyValuePair<string, object?>("kind", kind))));
        counter.Add(1);
        Assert.Contains("kinds{kind=\"classic\"} 1\n", text.Collect());
        counter.Add(2);
        people.Remove("classic");
        var second = text.Collect();
        Assert.Contains("count_total 3\n", second);
        Assert.Contains("kinds{kind=\"native\"} 1\n", second);
        Assert.DoesNotContain("classic", second);
    }

    [Fact]
    public void Buckets_hold_what_is_at_or_below_their_bound_and_all_before_them()
    {
        var histogram = meter.CreateHistogram<double>("took", "s", advice: new() { HistogramBucketBoundaries = [0.1, 1] });
        double[] measured = [0.05, 0.1, 0.2, 5];
        foreach (var one in measured)
        {
            histogram.Record(one, new KeyValuePair<string, object?>("of", "x"));
        }

        Assert.EndsWith("""
            took_seconds_bucket{of="x",le="0.1"} 2
            took_seconds_bucket{of="x",le="1"} 3
            took_seconds_bucket{of="x",le="+Inf"} 4
            took_seconds_sum{of="x"} 5.35
            took_seconds_count{of="x"} 4

            """, text.Collect());
    }

    [Fact]
    public void Attributes_in_another_order_are_the_same_series_and_odd_characters_are_escaped()
    {
        var counter = meter.CreateCounter<long>("count", null, "Two\nlines, a \\.");
        counter.Add(1, new("b.c", "say \"hi\"\n\\"), new("a", null));
        counter.Add(1, new("a", null), new("b.c", "say \"hi\"\n\\"));
        Assert.EndsWith("""
            # HELP count_total Two\nlines, a \\.
            # TYPE count_total counter
            count_total{a="",b_c="say \"hi\"\n\\"} 2

            """, text.Collect());
    }

    [Fact]
    public void Other_meters_are_not_told()
    {
        using var other = new Meter("other");
        other.CreateCounter<long>("secret").Add(1);
        Assert.DoesNotContain("secret", text.Collect());
    }
}
