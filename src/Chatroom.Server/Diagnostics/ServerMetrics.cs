using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Chatroom.Protocol;
using Chatroom.Server.Commands;
using Chatroom.Server.Delivery;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Diagnostics;

/// <summary>What a connection speaks.</summary>
public enum ConnectionKind
{
    Native,
    WebSocket,
    Classic,
}

/// <summary>
/// What the server counts about itself: instruments of System.Diagnostics.Metrics, named after OpenTelemetry's conventions. Counts are plain numbers that are read
/// when somebody collects, so that counting costs an addition whether or not anybody listens. Never a name, an address or an id: attributes are kinds and codes.
/// </summary>
public sealed class ServerMetrics : IDisposable
{
    public const string MeterName = "Chatroom.Server";

    private readonly Meter meter = new(MeterName, ServerFacts.Version);
    private readonly Histogram<long> batchSize;
    private readonly Histogram<double> batchDuration;
    private readonly long[] connections = new long[Enum.GetValues<ConnectionKind>().Length];
    private readonly long[] entries = new long[(int)Enum.GetValues<EntryKind>().Max() + 1];
    private readonly long[] refusals = new long[1000];
    private readonly long[] signInRefusals = new long[1000];
    private long signIns;
    private long received;
    private long sent;

    public ServerMetrics()
    {
        batchSize = meter.CreateHistogram<long>(
            "chatroom.store.batch.size", "{change}", "Changes that shared one transaction and its fsync.", advice: new() { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] });
        batchDuration = meter.CreateHistogram<double>(
            "chatroom.store.batch.duration",
            "s",
            "Time from the beginning of a transaction until it was on the disk.",
            advice: new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        meter.CreateObservableUpDownCounter("chatroom.connections", Connections, "{connection}", "Connections that speak the protocol, signed in or not.");
        meter.CreateObservableCounter("chatroom.entries", Entries, "{entry}", "Entries appended to rooms and on the disk.");
        meter.CreateObservableCounter("chatroom.refusals", () => Codes(refusals), "{refusal}", "Requests and connections refused, by the code they were told.");
        meter.CreateObservableCounter("chatroom.sign_ins", SignIns, "{sign_in}", "Sign-ins; with error.type those that were refused.");
        meter.CreateObservableCounter("chatroom.file.io", FileBytes, "By", "Contents of files: received by uploads, transmitted by downloads.");
        meter.CreateObservableGauge("process.uptime", Uptime, "s", "Time since the process began.");
    }

    /// <summary>Adds what is read from those who hold it. Called once.</summary>
    public void Observe(Hub hub, IChatStore store)
    {
        meter.CreateObservableUpDownCounter("chatroom.sessions", () => hub.SessionCount, "{session}", "Connections signed in.");
        meter.CreateObservableUpDownCounter("chatroom.people", () => hub.SignedIn, "{person}", "People with a connection signed in.");
        meter.CreateObservableCounter("chatroom.deliveries", () => hub.Deliveries, "{delivery}", "Events queued to connections: one for each entry and each who hears it.");
        meter.CreateObservableUpDownCounter("chatroom.outbox.waiting", () => hub.Waiting().Sum, "By", "What waits to be written to all connections.");
        meter.CreateObservableGauge("chatroom.outbox.waiting.max", () => hub.Waiting().Most, "By", "What waits for the connection that is furthest behind.");
        meter.CreateObservableUpDownCounter("chatroom.store.queue", () => store.Queued, "{change}", "Changes that wait for their transaction.");
        meter.CreateObservableGauge("chatroom.store.failed", () => store.Failure is null ? 0 : 1, null, "1 when nothing more is written until a restart, else 0.");
    }

    /// <summary>Whether an instrument's meter is this server's.</summary>
    public bool Owns(Meter other) => ReferenceEquals(other, meter);

    public void Opened(ConnectionKind kind) => Interlocked.Increment(ref connections[(int)kind]);

    public void Closed(ConnectionKind kind) => Interlocked.Decrement(ref connections[(int)kind]);

    /// <summary>An entry is on the disk.</summary>
    public void Appended(EntryKind kind) => Interlocked.Increment(ref entries[(int)kind]);

    public void Refused(Code code) => Interlocked.Increment(ref refusals[(int)code]);

    public void SignedIn() => Interlocked.Increment(ref signIns);

    public void SignInRefused(Code code) => Interlocked.Increment(ref signInRefusals[(int)code]);

    /// <param name="bytes">Of a file's content, as it is without sealing.</param>
    public void Received(long bytes) => Interlocked.Add(ref received, bytes);

    /// <inheritdoc cref="Received"/>
    public void Sent(long bytes) => Interlocked.Add(ref sent, bytes);

    /// <summary>A transaction is on the disk, with so many changes, after so long.</summary>
    public void Committed(int changes, TimeSpan duration)
    {
        batchSize.Record(changes);
        batchDuration.Record(duration.TotalSeconds);
    }

    public void Dispose() => meter.Dispose();

    private static double Uptime()
    {
        using var process = Process.GetCurrentProcess();
        return (DateTime.Now - process.StartTime).TotalSeconds;
    }

    private IEnumerable<Measurement<long>> Connections() =>
        Enum.GetValues<ConnectionKind>().Select(kind => new Measurement<long>(Volatile.Read(ref connections[(int)kind]), Attribute("chatroom.connection.kind", Lower(kind))));

    private IEnumerable<Measurement<long>> Entries() =>
        Enum.GetValues<EntryKind>().Select(kind => new Measurement<long>(Volatile.Read(ref entries[(int)kind]), Attribute("chatroom.entry.kind", Lower(kind))));

    private IEnumerable<Measurement<long>> SignIns() => Codes(signInRefusals).Prepend(new Measurement<long>(Volatile.Read(ref signIns)));

    private IEnumerable<Measurement<long>> FileBytes() =>
    [
        new(Volatile.Read(ref received), Attribute("network.io.direction", "receive")),
        new(Volatile.Read(ref sent), Attribute("network.io.direction", "transmit")),
    ];

    private static IEnumerable<Measurement<long>> Codes(long[] counts)
    {
        for (var code = 0; code < counts.Length; code++)
        {
            if (Volatile.Read(ref counts[code]) is var count and > 0)
            {
                yield return new Measurement<long>(count, Attribute("error.type", Published((Code)code)));
            }
        }
    }

    private static KeyValuePair<string, object?> Attribute(string name, string value) => new(name, value);

    private static string Lower<T>(T kind) => kind!.ToString()!.ToLowerInvariant();

    // As the protocol's page writes it: TOO_MANY_REQUESTS.
    private static string Published(Code code)
    {
        var text = new StringBuilder();
        foreach (var c in code.ToString())
        {
            text.Append(char.IsAsciiLetterUpper(c) && text.Length > 0 ? "_" : "").Append(char.ToUpperInvariant(c));
        }

        return text.ToString();
    }
}
