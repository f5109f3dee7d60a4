using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Matrix;

/// <summary>The table is whole. Needs no server.</summary>
public sealed class MatrixCompletenessTests
{
    [Fact]
    public void Every_request_of_the_protocol_has_a_row()
    {
        Assert.Empty(Repository.Requests.Select(code => code.Name).Except(Expected.Rows.Keys));
    }

    [Fact]
    public void Every_row_has_a_cell_for_everyone()
    {
        Assert.All(Expected.Rows, row => Assert.Equal((row.Key, Scene.Columns.Count), (row.Key, row.Value.Count)));
        Assert.All(Expected.Rows, row => Assert.All(row.Value, cell => Assert.NotEmpty(cell)));
        Assert.Equal(Scene.Columns, Expected.Columns);
    }

    [Fact]
    public void Every_cell_is_a_code_of_the_protocol_that_answers()
    {
        var replies = Repository.Codes.Select(code => code.Number).Where(code => code >= 100).ToHashSet();
        Assert.All(Expected.Rows.Values.SelectMany(cells => cells).SelectMany(cell => cell), code => Assert.Contains(code, replies));
    }

    [Fact]
    public void Every_row_asks_the_code_it_is_named_after()
    {
        var numbers = Repository.Requests.ToDictionary(code => code.Name, code => code.Number);
        Assert.Equal(Rows.All.Keys.Order(StringComparer.Ordinal), Expected.Rows.Keys.Order(StringComparer.Ordinal));
        Assert.All(Rows.All, row => Assert.Equal(numbers[row.Key.Split('@')[0]], row.Value.Code));
    }
}
