using System.Buffers.Binary;
using System.Globalization;

namespace Chatroom.Server.Storage.Sqlite;

/// <summary>
/// Looks at a write-ahead log as SQLite does (file format, section 4), but beyond the first frame that does not fit: SQLite takes that for the end, as after
/// a crash, and silently forgets what was committed behind it.
/// </summary>
/// <remarks>
/// Each commit is synced before the next begins, so only the last one can be torn by a crash: a commit behind the frame that does not fit, and a frame
/// behind that commit, were written when that frame was on the disk. Damage in the last commit cannot be told from a crash.
/// </remarks>
internal static class WalFile
{
    private const int HeaderBytes = 32;
    private const int FrameHeaderBytes = 24;

    /// <returns>What is wrong, in words; null when nothing is, also when there is no log.</returns>
    public static string? Problem(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1 << 16);
        var header = new byte[HeaderBytes];
        if (file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes)
        {
            return null;
        }

        return Behind(file, header);
    }

    private static string? Behind(FileStream file, byte[] header)
    {
        // A power of two from 512 to 65536; the program's databases have 4096.
        var pageSize = (int)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8));
        var bigEndian = (header[3] & 1) == 1;
        var sum = Sum(default, header.AsSpan(0, 24), bigEndian);
        var fits = sum == Read(header.AsSpan(24)) && pageSize == 4096;
        var salts = Read(header.AsSpan(16));
        var frame = new byte[FrameHeaderBytes + 4096];
        long good = 0;
        var committed = false;
        for (long number = 1; file.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length; number++)
        {
            var frameSalts = Read(frame.AsSpan(8));
            if (number == 1 && !fits)
            {
                salts = frameSalts; // The header's own may be what is damaged.
            }

            if (fits)
            {
                sum = Sum(Sum(sum, frame.AsSpan(0, 8), bigEndian), frame.AsSpan(FrameHeaderBytes), bigEndian);
                fits = frameSalts == salts && sum == Read(frame.AsSpan(16));
                good = fits ? number : good;
            }

            if (fits || frameSalts != salts)
            {
                continue;
            }

            if (committed)
            {
                return string.Create(CultureInfo.InvariantCulture, $"the write-ahead log is damaged at frame {good + 1}: what was committed there and behind it cannot be read");
            }

            committed = BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)) != 0;
        }

        return null;
    }

    private static (uint, uint) Read(ReadOnlySpan<byte> bytes) => (BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]));

    // Section 4.2: a Fibonacci sum over pairs of words, in the byte order that the header's magic number says.
    private static (uint, uint) Sum((uint First, uint Second) sum, ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        for (; bytes.Length > 0; bytes = bytes[8..])
        {
            var (first, second) = Read(bytes);
            sum.First += (bigEndian ? first : BinaryPrimitives.ReverseEndianness(first)) + sum.Second;
            sum.Second += (bigEndian ? second : BinaryPrimitives.ReverseEndianness(second)) + sum.First;
        }

        return sum;
    }
}
