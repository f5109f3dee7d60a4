using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Chatroom.WebTests.Harness;

/// <summary>Files to send.</summary>
public static class Samples
{
    public static FilePayload Text(string name, string text = "just text") => new() { Name = name, MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes(text) };

    public static FilePayload Random(string name, int size) => new() { Name = name, MimeType = "application/octet-stream", Buffer = RandomNumberGenerator.GetBytes(size) };

    public static FilePayload File(string name, string type, string content) => new() { Name = name, MimeType = type, Buffer = Encoding.UTF8.GetBytes(content) };

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static async Task<string> Sha256Async(IDownload download)
    {
        await using var stream = System.IO.File.OpenRead(await download.PathAsync());
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream));
    }

    /// <summary>A picture of one colour (PNG, ISO/IEC 15948).</summary>
    public static FilePayload Png(string name, int width = 120, int height = 80)
    {
        var raw = new byte[height * ((width * 3) + 1)];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                raw[(y * ((width * 3) + 1)) + 1 + (x * 3)] = 0xE0;
            }
        }

        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(raw);
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        Chunk("IHDR", header);
        Chunk("IDAT", packed.ToArray());
        Chunk("IEND", []);
        return new() { Name = name, MimeType = "image/png", Buffer = file.ToArray() };

        void Chunk(string type, byte[] data)
        {
            var body = (byte[])[.. Encoding.ASCII.GetBytes(type), .. data];
            var number = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
            file.Write(number);
            file.Write(body);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
            file.Write(number);
        }
    }

    /// <summary>A short video, made by the browser itself.</summary>
    public static async Task<FilePayload> WebmAsync(IPage page, string name) => new()
    {
        Name = name,
        MimeType = "video/webm",
        Buffer = Convert.FromBase64String(await page.EvaluateAsync<string>("""
            async () => {
                const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
                canvas.width = 64; canvas.height = 48;
                const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: 'video/webm' }), parts = [];
                recorder.ondataavailable = event => parts.push(event.data);
                const stopped = new Promise(done => recorder.onstop = done);
                recorder.start();
                for (let i = 0; i < 10; i++) {
                    pen.fillStyle = `hsl(${i * 36} 80% 50%)`;
                    pen.fillRect(0, 0, 64, 48);
                    await new Promise(done => setTimeout(done, 50));
                }
                recorder.stop();
                await stopped;
                const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
                return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
            }
            """)),
    };

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
