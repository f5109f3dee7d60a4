using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Chatroom.Server.Files.Http;

internal enum RangeKind
{
    Whole,
    Part,
    Unsatisfiable,
}

/// <summary>The bytes asked for: <c>From &lt;= byte &lt; End</c>.</summary>
internal readonly record struct ByteRange(RangeKind Kind, long From, long End)
{
    /// <summary>
    /// By <c>Range</c> and <c>If-Range</c> (RFC 9110, sections 13.1.5 and 14.2). Several ranges, other units and what is no range are ignored, as the RFC
    /// allows: the whole is the answer.
    /// </summary>
    public static ByteRange Of(HttpRequest request, long size, EntityTagHeaderValue tag)
    {
        var whole = new ByteRange(RangeKind.Whole, 0, size);
        var headers = request.Headers;
        if (headers.Range.Count != 1 || !RangeHeaderValue.TryParse(headers.Range.ToString(), out var range) || range.Unit != "bytes" || range.Ranges.Count != 1)
        {
            return whole;
        }

        // A part of something else would not fit to what the client has. A date cannot be right: there are none.
        if (headers.IfRange.Count > 0
            && !(RangeConditionHeaderValue.TryParse(headers.IfRange.ToString(), out var condition) && condition.EntityTag?.Compare(tag, useStrongComparison: true) is true))
        {
            return whole;
        }

        var asked = range.Ranges.First();
        var from = asked.From ?? Math.Max(0, size - asked.To!.Value);
        var last = asked.From is null ? size - 1 : Math.Min(asked.To ?? long.MaxValue, size - 1);
        return from > last ? new ByteRange(RangeKind.Unsatisfiable, 0, 0) : new ByteRange(RangeKind.Part, from, last + 1);
    }
}
