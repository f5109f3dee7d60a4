using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Chatroom.Protocol;

/// <summary>The same bodies by reflection: slower, and much smaller. Whoever switches it on keeps the members of <c>Chatroom.Protocol.Messages</c> from being trimmed.</summary>
internal static class SmallWireJson
{
    private static readonly JsonSerializerOptions Options = Make();

    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The application that sets the switch roots the namespace of the messages.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "The switch is for the interpreter of a browser; nothing else sets it.")]
    private static JsonSerializerOptions Make()
    {
        var options = WireJson.Conventions();
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver();
        options.MakeReadOnly();
        return options;
    }
}
