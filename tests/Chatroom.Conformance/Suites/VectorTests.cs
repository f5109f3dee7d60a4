using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

/// <summary>The golden frames and the list of codes, against this client. Needs no server.</summary>
public sealed partial class VectorTests
{
    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Repository.Vectors, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_golden_frame_is_written_and_read_as_it_says(string name)
    {
        var vector = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Repository.Vectors, $"{name}.json")))!.AsObject();
        var bytes = File.ReadAllBytes(Path.Combine(Repository.Vectors, $"{name}.bin"));
        Assert.Equal(name, vector.Text("name"));
        Assert.Equal(vector.Text("hex"), Convert.ToHexStringLower(bytes));
        var (code, request, body) = ((int)vector.Number("code"), (uint)vector.Number("request"), vector.Text("body"));
        Assert.Equal(bytes, RawFrame.Encode(code, request, Encoding.UTF8.GetBytes(body)));
        var read = RawFrame.Decode(bytes);
        Assert.Equal((code, request), (read.Code, read.Request));
        Assert.True(JsonNode.DeepEquals(read.Body, body.Length == 0 ? new JsonObject() : JsonNode.Parse(body)));
    }

    [Fact]
    public void There_are_golden_frames()
    {
        Assert.True(Names.Count >= 12);
        Assert.Equal(Names.Count, Directory.GetFiles(Repository.Vectors, "*.bin").Length);
    }

    [Fact]
    public void The_codes_of_this_client_are_those_of_the_list()
    {
        var own = typeof(Wire).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => ((int)field.GetRawConstantValue()!, WordStart().Replace(field.Name, "_").ToUpperInvariant()))
            .OrderBy(code => code.Item1);
        Assert.Equal(Repository.Codes.OrderBy(code => code.Number), own);
        Assert.Equal(Repository.Codes.Count, Repository.Codes.Select(code => code.Number).Distinct().Count());
    }

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex WordStart();
}
