using System.Security.Cryptography;
using Chatroom.Server.Files;
using Chatroom.Tests.Sealing;

namespace Chatroom.Tests.Files;

/// <summary>A data folder with keys, and short ways to write and read blobs in it.</summary>
internal sealed class BlobWorkbench : IDisposable
{
    public const int Chunk = 64 * 1024;
    public const int Header = 32;
    public const int Slot = Chunk + 28;

    public TestRing Keys { get; } = new();

    public string PathOf(string fileId) => Keys[fileId];

    public string PartOf(string fileId) => Keys[fileId + ".part"];

    public string TailOf(string fileId) => Keys[fileId + ".tail"];

    public static byte[] Content(int size, int seed = 1)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public UploadBlob Create(string fileId) => UploadBlob.Create(Keys.Ring, PathOf(fileId), fileId);

    public Task<UploadBlob> OpenUpload(string fileId) => UploadBlob.OpenAsync(Keys.Ring, PathOf(fileId), fileId);

    public BlobReader OpenReader(string fileId, long size) => BlobReader.Open(Keys.Ring, PathOf(fileId), fileId, size);

    public async Task Store(string fileId, byte[] content)
    {
        using var upload = Create(fileId);
        await upload.AppendAsync(content);
        await Complete(upload, content);
    }

    public static ValueTask Complete(UploadBlob upload, byte[] content) =>
        upload.CompleteAsync(content.Length, SHA256.HashData(content));

    public async Task<byte[]> Load(string fileId, long size)
    {
        using var reader = OpenReader(fileId, size);
        using var copy = new MemoryStream();
        await reader.CopyToAsync(copy, 0, size);
        return copy.ToArray();
    }

    /// <summary>Whether opening and verifying the whole blob reports it damaged; any other exception fails the test.</summary>
    public async Task<string?> Damage(string fileId, long size)
    {
        try
        {
            using var reader = OpenReader(fileId, size);
            await reader.VerifyAsync();
            return null;
        }
        catch (Chatroom.Server.Sealing.SealingException error)
        {
            return error.Message;
        }
    }

    public void Dispose() => Keys.Dispose();
}
