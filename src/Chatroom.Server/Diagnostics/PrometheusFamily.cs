using System.Diagnostics.Metrics;
using System.Text;

namespace Chatroom.Server.Diagnostics;

/// <summary>One instrument and what was measured by it, one series for each set of attributes. Owner of this state: itself, under its lock.</summary>
internal sealed class PrometheusFamily
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Series> series = new(StringComparer.Ordinal);
    private readonly string type;
    private readonly string help;
    private readonly bool observed;
    private readonly bool adds;
    private readonly double[]? bounds;

    private PrometheusFamily(string name, string type, string help, bool observed, bool adds, double[]? bounds) =>
        (Name, this.type, this.help, this.observed, this.adds, this.bounds) = (name, type, help, observed, adds, bounds);

    public string Name { get; }

    /// <summary>Null for an instrument of a kind that is not known here.</summary>
    public static PrometheusFamily? Of(Instrument instrument)
    {
        var kind = instrument.GetType();
        var kindName = kind.IsGenericType ? kind.GetGenericTypeDefinition().Name : "";
        return kindName.Split('`')[0] switch
        {
            "Counter" => Make("counter", adds: true),
            "ObservableCounter" => Make("counter"),
            "UpDownCounter" => Make("gauge", adds: true),
            "ObservableUpDownCounter" or "ObservableGauge" or "Gauge" => Make("gauge"),
            "Histogram" => Make("histogram", adds: true, bounds: Bounds(instrument)),
            _ => null,
        };

        PrometheusFamily Make(string type, bool adds = false, double[]? bounds = null) =>
            new(NameOf(instrument, type), type, Escape(instrument.Description ?? "", quotes: false), instrument.IsObservable, adds, bounds);
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        lock (gate)
        {
            if (!series.TryGetValue(labels, out var one))
            {
                series[labels] = one = new Series(bounds is null ? null : new long[bounds.Length + 1]);
            }

            one.Value = adds ? one.Value + value : value;
            if (one.Counts is { } counts)
            {
                // A value on a boundary belongs below it. Above all of them is the last bucket, which the text calls +Inf.
                var at = Array.FindIndex(bounds!, bound => value <= bound);
                counts[at < 0 ? ^1 : at]++;
            }
        }
    }

    /// <summary>A collection begins: what is observed is told anew.</summary>
    public void Begin()
    {
        lock (gate)
        {
            if (observed)
            {
                series.Clear();
            }
        }
    }

    public void Write(StringBuilder text)
    {
        lock (gate)
        {
            if (series.Count == 0)
            {
                return;
            }

            text.Append("# HELP ").Append(Name).Append(' ').Append(help).Append("\n# TYPE ").Append(Name).Append(' ').Append(type).Append('\n');
            foreach (var (labels, one) in series)
            {
                if (one.Counts is { } counts)
                {
                    WriteBuckets(text, labels, one.Value, counts);
                }
                else
                {
                    Line(text, Name, labels, one.Value);
                }
            }
        }
    }

    private void WriteBuckets(StringBuilder text, string labels, double sum, long[] counts)
    {
        long all = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            all += counts[i];
            var bound = $"le=\"{PrometheusText.Number(i < bounds!.Length ? bounds[i] : double.PositiveInfinity)}\"";
            Line(text, Name + "_bucket", labels.Length == 0 ? bound : $"{labels},{bound}", all);
        }

        Line(text, Name + "_sum", labels, sum);
        Line(text, Name + "_count", labels, all);
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(PrometheusText.Number(value)).Append('\n');
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var parts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in tags)
        {
            parts[Clean(name)] = Escape(value?.ToString() ?? "", quotes: true);
        }

        return string.Join(',', parts.Select(p => $"{p.Key}=\"{p.Value}\""));
    }

    private static double[] Bounds(Instrument instrument) => instrument switch
    {
        Histogram<long> { Advice.HistogramBucketBoundaries: { } whole } => [.. whole.Select(bound => (double)bound)],
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],

        // Those that OpenTelemetry takes where nothing is advised.
        _ => [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000],
    };

    private static string NameOf(Instrument instrument, string type)
    {
        var name = Clean(instrument.Name);
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", "1" when type == "gauge" => "_ratio", _ => "" };
        name = name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
        return type == "counter" && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static string Clean(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    private static string Escape(string text, bool quotes)
    {
        text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }

    private sealed class Series(long[]? counts)
    {
        public double Value { get; set; }

        public long[]? Counts { get; } = counts;
    }
}
