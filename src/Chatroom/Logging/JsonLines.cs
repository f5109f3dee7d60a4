using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Chatroom.Logging;

/// <summary>
/// The log as one JSON object a line: time, level, category, event, message, its values, and the exception with its cause. For a person at a terminal
/// the same as a sentence a line.
/// </summary>
internal sealed class JsonLines(TextWriter output, bool forPerson) : ILoggerProvider
{
    private readonly Lock gate = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
        lock (gate)
        {
            output.Flush();
        }
    }

    private bool ForPerson => forPerson;

    private void Write(byte[] line)
    {
        lock (gate)
        {
            output.WriteLine(Encoding.UTF8.GetString(line));
            output.Flush();
        }
    }

    private sealed class Logger(JsonLines lines, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (lines.ForPerson)
            {
                var cause = exception is null ? "" : Environment.NewLine + exception;
                lines.Write(Encoding.UTF8.GetBytes($"{DateTime.Now:HH:mm:ss} {(logLevel > LogLevel.Information ? logLevel + ": " : "")}{formatter(state, exception)}{cause}"));
                return;
            }

            using var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                json.WriteStartObject();
                json.WriteString("time", DateTime.UtcNow);
                json.WriteString("level", logLevel.ToString());
                json.WriteString("category", category);
                json.WriteNumber("event", eventId.Id);
                json.WriteString("message", formatter(state, exception));
                foreach (var (name, value) in state as IReadOnlyList<KeyValuePair<string, object?>> ?? [])
                {
                    if (name != "{OriginalFormat}")
                    {
                        json.WriteString(name, value?.ToString());
                    }
                }

                if (exception is not null)
                {
                    json.WriteString("exception", exception.ToString());
                }

                json.WriteEndObject();
            }

            lines.Write(buffer.ToArray());
        }
    }
}
