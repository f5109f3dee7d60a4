using System.Diagnostics;

namespace Chatroom.Faults.FullDisk;

/// <summary>
/// A file system of a few megabytes (tmpfs) in a mount namespace of its own, kept by a process that does nothing else. Whatever runs with <see cref="Inside"/>
/// before it sees it at the folder; for everyone else the folder is empty.
/// </summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private const string Script = "mount -t tmpfs -o size=\"$1\" none \"$0\" && echo ready && exec cat";
    private readonly Process keeper;
    private readonly string folder;

    private SmallDisk(Process keeper, string folder) => (this.keeper, this.folder) = (keeper, folder);

    /// <summary>The command that runs another one inside, with the same process id.</summary>
    public string[] Inside => ["nsenter", "--preserve-credentials", "-U", "-m", "-t", $"{keeper.Id}", "--"];

    private string Filler => $"/proc/{keeper.Id}/root{folder}/filler";

    public static async Task<SmallDisk> MountAsync(string folder, string size)
    {
        Directory.CreateDirectory(folder);
        var keeper = Process.Start(new ProcessStartInfo("unshare", ["-Urm", "--propagation", "private", "sh", "-c", Script, folder, size])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        if (await keeper.StandardOutput.ReadLineAsync() != "ready")
        {
            throw new InvalidOperationException($"A small file system cannot be mounted here, not even in a user namespace: {await keeper.StandardError.ReadToEndAsync()}");
        }

        return new SmallDisk(keeper, folder);
    }

    /// <summary>Takes all space that is left.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var piece in (int[])[1 << 20, 4096, 1])
        {
            try
            {
                var bytes = new byte[piece];
                while (true)
                {
                    file.Write(bytes);
                }
            }
            catch (IOException)
            {
                continue; // No space for so much: a smaller piece.
            }
        }
    }

    public void Empty() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        keeper.StandardInput.Close();
        await keeper.WaitForExitAsync();
        keeper.Dispose();
    }
}
