using System.Net;
using System.Text.Json.Nodes;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Matrix;

/// <summary>
/// Who may do what over HTTP: <c>expected-http.txt</c> against the server, a column at a time, in the order of the rows. The threat is a file that somebody gets, or an
/// upload that somebody touches, by a door that was not thought of. The native channel goes with HTTP/2, the WebSocket with HTTP/1.1.
/// </summary>
public abstract class HttpMatrixTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    public static TheoryData<string> Callers => [.. HttpScene.Columns];

    [Theory]
    [MemberData(nameof(Callers))]
    public async Task Everyone_is_answered_as_the_table_says(string caller)
    {
        using var http = Server.Http(Kind == ChannelKind.Native ? HttpVersion.Version20 : HttpVersion.Version11);
        var scene = await HttpScene.SetAsync(this, http, caller);
        var wrong = new List<string>();
        foreach (var (row, cell) in HttpExpected.Column(caller).Where(pair => pair.Cell != HttpExpected.None))
        {
            using var request = HttpRows.All[row](scene);
            (request.Version, request.VersionPolicy) = (http.DefaultRequestVersion, http.DefaultVersionPolicy);
            using var reply = await http.SendAsync(request);
            if (await ToldAsync(reply) is var told && told != cell)
            {
                wrong.Add($"{row}, {caller}: expected {cell}, got {told}");
            }
        }

        Assert.Empty(wrong);
    }

    /// <summary>The status, and the code of a refusal, which has a text for people and nothing else.</summary>
    private static async Task<string> ToldAsync(HttpResponseMessage reply)
    {
        var body = await reply.Content.ReadAsByteArrayAsync();
        var status = $"{(int)reply.StatusCode}";
        if (reply.IsSuccessStatusCode || body.Length == 0)
        {
            return status;
        }

        var error = JsonNode.Parse(body);
        Assert.NotEmpty(error.Text("text"));
        return $"{status}:{error.Number("code")}";
    }
}

public sealed class HttpMatrixTestsNative(SharedServer server) : HttpMatrixTests(server, ChannelKind.Native);

public sealed class HttpMatrixTestsWebSocket(SharedServer server) : HttpMatrixTests(server, ChannelKind.WebSocket);

/// <summary>The table is whole. Needs no server.</summary>
public sealed class HttpMatrixCompletenessTests
{
    [Fact]
    public void Every_row_has_a_request_and_a_cell_for_everyone()
    {
        Assert.Equal(HttpScene.Columns, HttpExpected.Columns);
        Assert.Equal(HttpRows.All.Keys.Order(StringComparer.Ordinal), HttpExpected.Rows.Keys.Order(StringComparer.Ordinal));
        Assert.All(HttpExpected.Rows, row => Assert.Equal((row.Key, HttpScene.Columns.Count), (row.Key, row.Value.Count)));
    }

    [Fact]
    public void Every_cell_is_a_status_and_a_code_of_the_protocol()
    {
        var codes = Repository.Codes.Select(code => code.Number).ToHashSet();
        foreach (var cell in HttpExpected.Rows.Values.SelectMany(cells => cells).Where(cell => cell != HttpExpected.None))
        {
            var parts = cell.Split(':');
            Assert.InRange(int.Parse(parts[0]), 200, 507);
            Assert.True(parts.Length == 1 || codes.Contains(int.Parse(parts[1])), cell);
        }
    }
}

/// <summary>The table of <c>expected-http.txt</c>.</summary>
public static class HttpExpected
{
    /// <summary>The caller cannot have what the row is about.</summary>
    public const string None = "-";

    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Repository.Root, "tests", "Chatroom.Conformance", "Matrix", "expected-http.txt"));

    public static IReadOnlyList<string> Columns { get; } =
        [.. Lines.Single(line => line.StartsWith("#request", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)];

    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Rows { get; } = Lines
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .ToDictionary(parts => parts[0], IReadOnlyList<string> (parts) => parts[1..]);

    /// <summary>One caller's cells, in the order of the file.</summary>
    public static IEnumerable<(string Row, string Cell)> Column(string caller) => Rows.Select(row => (row.Key, row.Value[HttpScene.Columns.ToList().IndexOf(caller)]));
}
