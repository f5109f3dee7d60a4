using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Server.Commands;

/// <summary>Lists cut so that every part fits one frame, whatever people wrote into names and topics.</summary>
internal static class FrameParts
{
    /// <summary>Bytes of values in one frame; the rest is for what is around them.</summary>
    public const int Bytes = WireLimits.ServerBody - 4096;

    // JSON writes a UTF-16 unit in six bytes at most; the fixed fields of any of these values take less than this.
    private const int Fixed = 1024;
    private const int PerUnit = 6;

    /// <summary>Parts in order, at least one (maybe empty).</summary>
    /// <param name="size">Bytes of a value in a frame, or more.</param>
    public static List<List<T>> Of<T>(IReadOnlyList<T> values, int most, Func<T, int> size)
    {
        List<List<T>> parts = [[]];
        var bytes = 0;
        foreach (var value in values)
        {
            var one = size(value);
            if (parts[^1].Count == most || (parts[^1].Count > 0 && bytes + one > Bytes))
            {
                parts.Add([]);
                bytes = 0;
            }

            parts[^1].Add(value);
            bytes += one;
        }

        return parts;
    }

    public static int Size(RoomState room) => Fixed + Size(room.Name) + Size(room.Topic);

    public static int Size(GroupInfo? group) => group is null ? 0 : Fixed + Size(group.Name) + Size(group.Topic);

    public static int Size(AccountItem item) => Fixed + Size(item.Group) + (item.Room is null ? 0 : Size(item.Room));

    private static int Size(string? text) => PerUnit * (text?.Length ?? 0);
}
