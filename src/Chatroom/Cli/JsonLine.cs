using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Chatroom.Protocol;

namespace Chatroom.Cli;

/// <summary>One JSON object a line, for scripts.</summary>
internal static class JsonLine
{
    public static Option<bool> Option() => new("--json") { Description = "One JSON object a line." };

    /// <summary>A body of the wire, as it came.</summary>
    public static string Of<T>(T body) => Encoding.UTF8.GetString(WireJson.Write(body));

    /// <summary>Fields by name; absent ones are left out.</summary>
    public static string Of(params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            foreach (var (name, value) in fields)
            {
                switch (value)
                {
                    case null:
                        break;
                    case bool truth:
                        json.WriteBoolean(name, truth);
                        break;
                    case long number:
                        json.WriteNumber(name, number);
                        break;
                    case int number:
                        json.WriteNumber(name, number);
                        break;
                    default:
                        json.WriteString(name, value.ToString());
                        break;
                }
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
