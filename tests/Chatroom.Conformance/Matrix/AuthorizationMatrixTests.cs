using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Matrix;

/// <summary>
/// Who may ask what: <c>expected.txt</c> against the server, cell by cell. The threat is a request that someone forgot to guard;
/// so a code without a row, or a row without a cell, fails.
/// </summary>
public abstract class AuthorizationMatrixTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    public static TheoryData<string> Names => [.. Expected.Rows.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Everyone_is_answered_as_the_table_says(string name)
    {
        Assert.True(Rows.All.ContainsKey(name), $"{name} is in the table and has no request in {nameof(Rows)}.");
        var wrong = await Task.WhenAll(Scene.Columns.Select((column, i) => AskAsync(name, column, Expected.Rows[name][i])));
        Assert.Empty(wrong.OfType<string>());
    }

    /// <summary>What was wrong with the cell, or null.</summary>
    private async Task<string?> AskAsync(string name, string column, IReadOnlyList<int> expected)
    {
        var row = Rows.All[name];
        var scene = await Scene.SetAsync(this, column, row.Stage);
        var body = RawFrame.TreeOf(await row.Body(scene));
        body["clientId"] = Unique.ClientId();
        var reply = await scene.Actor.RequestAsync(row.Code, body);
        return expected.Contains(reply.Code) ? null : $"{name}, {column}: expected {string.Join('|', expected)}, got {reply}";
    }
}

public sealed class AuthorizationMatrixTestsNative(SharedServer server) : AuthorizationMatrixTests(server, ChannelKind.Native);

public sealed class AuthorizationMatrixTestsWebSocket(SharedServer server) : AuthorizationMatrixTests(server, ChannelKind.WebSocket);
