using System.Text.Json.Nodes;

namespace Chatroom.Conformance.Harness;

/// <summary>Fields of a body; a required one that is absent fails the test with the body in its message.</summary>
public static class Json
{
    public static string Text(this JsonNode? node, string field) =>
        node.OptText(field) ?? throw new InvalidOperationException($"'{field}' is absent in {node?.ToJsonString()}");

    public static string? OptText(this JsonNode? node, string field) => node?[field]?.GetValue<string>();

    public static long Number(this JsonNode? node, string field) =>
        node.OptNumber(field) ?? throw new InvalidOperationException($"'{field}' is absent in {node?.ToJsonString()}");

    public static long? OptNumber(this JsonNode? node, string field) => node?[field]?.GetValue<long>();

    /// <summary>Absent means false.</summary>
    public static bool Flag(this JsonNode? node, string field) => node?[field]?.GetValue<bool>() ?? false;

    public static JsonObject Child(this JsonNode? node, string field) =>
        node?[field] as JsonObject ?? throw new InvalidOperationException($"'{field}' is absent in {node?.ToJsonString()}");

    /// <summary>Absent means empty.</summary>
    public static IReadOnlyList<JsonObject> List(this JsonNode? node, string field) =>
        (node?[field] as JsonArray)?.Select(element => element!.AsObject()).ToList() ?? [];

    public static IReadOnlyList<string> Texts(this JsonNode? node, string field) =>
        (node?[field] as JsonArray)?.Select(element => element!.GetValue<string>()).ToList() ?? [];
}
