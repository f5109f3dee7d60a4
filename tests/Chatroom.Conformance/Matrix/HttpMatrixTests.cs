using System.Net;
using System.Text.Json.Nodes;
using Chatroom.Conformance.Harness;
using Microsoft.Data.Sqlite;

namespace Chatroom.Conformance.Matrix;

/// <summary>
/// Who may do what over HTTP: <c>expected-http.txt</c> against the server, a column at a time, in the order of the rows. The threat is a file that somebody gets, or an
/// upload that somebody touches, by a door that was not thought of. The native channel goes with HTTP/2, the WebSocket with HTTP/1.1.
/// </summary>
public abstract class HttpMatrixTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    public static TheoryData<string> Callers => [.. HttpScene.Columns.Where(column => column != HttpScene.Expired)];

    [Theory]
    [MemberData(nameof(Callers))]
    public async Task Everyone_is_answered_as_the_table_says(string caller)
    {
        using var http = Server.Http(HttpMatrix.Version(Kind));
        Assert.Empty(await HttpMatrix.WrongAsync(http, await HttpScene.SetAsync(this, http, caller)));
    }
}

public sealed class HttpMatrixTestsNative(SharedServer server) : HttpMatrixTests(server, ChannelKind.Native);

public sealed class HttpMatrixTestsWebSocket(SharedServer server) : HttpMatrixTests(server, ChannelKind.WebSocket);

/// <summary>A server that may be stopped.</summary>
public sealed class StoppableServer() : ServerFixture
{
    protected override bool IsParticular => true;
}

/// <summary>The column of a token that has expired. None does within a day, so while the server is stopped its day is over.</summary>
public abstract class HttpMatrixExpiryTests(StoppableServer server, ChannelKind kind) : ConformanceTest(server, kind), IClassFixture<StoppableServer>
{
    [Fact]
    public async Task Whoever_has_an_expired_token_is_answered_as_the_table_says()
    {
        HttpScene scene;
        using (var before = Server.Http(HttpMatrix.Version(Kind)))
        {
            scene = await HttpScene.SetAsync(this, before, HttpScene.Expired);
        }

        await Fixture.RestartAsync(ExpireAsync);
        using var http = Server.Http(HttpMatrix.Version(Kind));
        Assert.Empty(await HttpMatrix.WrongAsync(http, scene));
    }

    private static async Task ExpireAsync(string data)
    {
        await using var database = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(data, "chatroom.db"), Pooling = false }.ToString());
        await database.OpenAsync();
        await using var command = database.CreateCommand();
        command.CommandText = "UPDATE devices SET expires = 1 WHERE expires IS NOT NULL";
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }
}

public sealed class HttpMatrixExpiryTestsNative(StoppableServer server) : HttpMatrixExpiryTests(server, ChannelKind.Native);

public sealed class HttpMatrixExpiryTestsWebSocket(StoppableServer server) : HttpMatrixExpiryTests(server, ChannelKind.WebSocket);

/// <summary>A column of the table against the server.</summary>
internal static class HttpMatrix
{
    public static Version Version(ChannelKind kind) => kind == ChannelKind.Native ? HttpVersion.Version20 : HttpVersion.Version11;

    /// <summary>The cells of a scene's column that the server answers otherwise.</summary>
    public static async Task<List<string>> WrongAsync(HttpClient http, HttpScene scene)
    {
        var wrong = new List<string>();
        foreach (var (row, cell) in HttpExpected.Column(scene.Column).Where(pair => pair.Cell != HttpExpected.None))
        {
            using var request = HttpRows.All[row](scene);
            (request.Version, request.VersionPolicy) = (http.DefaultRequestVersion, http.DefaultVersionPolicy);
            using var reply = await http.SendAsync(request);
            if (await ToldAsync(reply) is var told && told != cell)
            {
                wrong.Add($"{row}, {scene.Column}: expected {cell}, got {told}");
            }
        }

        return wrong;
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
