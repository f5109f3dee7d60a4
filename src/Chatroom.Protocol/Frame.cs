using System.Buffers;
using System.Buffers.Binary;

namespace Chatroom.Protocol;

/// <summary>A frame: code, request id (0 for events) and a JSON body in UTF-8. An empty body stands for <c>{}</c>.</summary>
public readonly record struct Frame(Code Code, uint RequestId, ReadOnlyMemory<byte> Body);

/// <summary>What became of the bytes at the start of a buffer.</summary>
public enum FrameStatus
{
    /// <summary>A whole frame was read.</summary>
    Complete,

    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>The length is below 6 or above the bound: answer FRAME_INVALID and close, for the stream can no longer be trusted.</summary>
    Invalid,
}

/// <summary>
/// Frames as bytes: length (u32, the bytes after it: 6 + body), code (u16), request id (u32), big-endian, then the body.
/// </summary>
public static class FrameCodec
{
    /// <summary>Reads the frame at the start of <paramref name="buffer"/> and moves the buffer past it.</summary>
    /// <param name="maxBody">Gives the largest body allowed for a code, in bytes; asked before anything is allocated.</param>
    public static FrameStatus TryRead(ref ReadOnlySequence<byte> buffer, Func<Code, int> maxBody, out Frame frame)
    {
        frame = default;
        if (buffer.Length < WireLimits.HeaderBytes)
        {
            return ShortHeader(buffer);
        }

        Span<byte> header = stackalloc byte[WireLimits.HeaderBytes];
        buffer.Slice(0, WireLimits.HeaderBytes).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header);
        var code = (Code)BinaryPrimitives.ReadUInt16BigEndian(header[4..]);
        if (length < 6 || length - 6 > (uint)maxBody(code))
        {
            return FrameStatus.Invalid;
        }

        var body = (int)(length - 6);
        if (buffer.Length < WireLimits.HeaderBytes + body)
        {
            return FrameStatus.Incomplete;
        }

        var bytes = body == 0 ? [] : buffer.Slice(WireLimits.HeaderBytes, body).ToArray();
        frame = new Frame(code, BinaryPrimitives.ReadUInt32BigEndian(header[6..]), bytes);
        buffer = buffer.Slice(WireLimits.HeaderBytes + body);
        return FrameStatus.Complete;
    }

    /// <summary>The frame as bytes.</summary>
    public static byte[] Write(Code code, uint requestId, ReadOnlySpan<byte> body)
    {
        var bytes = new byte[WireLimits.HeaderBytes + body.Length];
        WriteHeader(bytes, code, requestId, body.Length);
        body.CopyTo(bytes.AsSpan(WireLimits.HeaderBytes));
        return bytes;
    }

    /// <summary>Writes the 10 bytes of the header.</summary>
    public static void WriteHeader(Span<byte> target, Code code, uint requestId, int bodyLength)
    {
        BinaryPrimitives.WriteUInt32BigEndian(target, (uint)bodyLength + 6);
        BinaryPrimitives.WriteUInt16BigEndian(target[4..], (ushort)code);
        BinaryPrimitives.WriteUInt32BigEndian(target[6..], requestId);
    }

    // A hostile length is refused from its first four bytes on, not only when the rest of the header has come.
    private static FrameStatus ShortHeader(ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < 4)
        {
            return FrameStatus.Incomplete;
        }

        Span<byte> start = stackalloc byte[4];
        buffer.Slice(0, 4).CopyTo(start);
        var length = BinaryPrimitives.ReadUInt32BigEndian(start);
        return length is < 6 or > 6 + WireLimits.ServerBody ? FrameStatus.Invalid : FrameStatus.Incomplete;
    }
}
