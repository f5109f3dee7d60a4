using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Chatroom.Server.Diagnostics;

/// <summary>
/// Measurements of chosen meters in the text format of Prometheus (version 0.0.4), with the names and units that OpenTelemetry's "Prometheus and OpenMetrics
/// Compatibility" asks for. Why it is not OpenTelemetry's exporter is in docs/decisions.
/// </summary>
public sealed class PrometheusText : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Lock scraping = new();
    private readonly MeterListener listener = new();
    private readonly SortedDictionary<string, PrometheusFamily> families = new(StringComparer.Ordinal);
    private readonly string facts;

    /// <param name="version">What the server says of itself: <c>target_info</c>.</param>
    public PrometheusText(Func<Meter, bool> chosen, string version)
    {
        facts = $"# HELP target_info What is measured.\n# TYPE target_info gauge\ntarget_info{{service_name=\"chatroom\",service_version=\"{version}\"}} 1\n";
        listener.InstrumentPublished = (instrument, all) =>
        {
            if (chosen(instrument.Meter) && PrometheusFamily.Of(instrument) is { } family)
            {
                lock (families)
                {
                    families[family.Name] = family;
                }

                all.EnableMeasurementEvents(instrument, family);
            }
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, family) => ((PrometheusFamily)family!).Record(value, tags));
        listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((PrometheusFamily)family!).Record(value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((PrometheusFamily)family!).Record(value, tags));
        listener.Start();
    }

    /// <summary>Everything as it is now. One collection at a time.</summary>
    public string Collect()
    {
        lock (scraping)
        {
            PrometheusFamily[] all;
            lock (families)
            {
                all = [.. families.Values];
            }

            foreach (var family in all)
            {
                family.Begin();
            }

            listener.RecordObservableInstruments();
            var text = new StringBuilder(facts);
            foreach (var family in all)
            {
                family.Write(text);
            }

            return text.ToString();
        }
    }

    public void Dispose() => listener.Dispose();

    /// <summary>A number as Prometheus reads it.</summary>
    internal static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture);
}
