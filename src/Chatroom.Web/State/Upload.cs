using Chatroom.Client;
using Chatroom.Web.Browser;

namespace Chatroom.Web.State;

public enum UploadState
{
    /// <summary>Beside the field; goes out with the next message.</summary>
    Chosen,
    Running,
    Failed,
}

/// <summary>A file on its way into a room. It goes on by itself after a cut, until it is cancelled or the tab is closed.</summary>
public sealed class Upload : IProgress<TransferProgress>
{
    private readonly Chat _chat;
    private readonly string _clientId = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
    private CancellationTokenSource _stop = new();

    public Upload(Chat chat, RoomView room, BrowserFile file)
    {
        (_chat, Room, File) = (chat, room, file);
        if (chat.Client.Server is { } server && file.Length > server.MaxFileSize)
        {
            (State, CanRetry) = (UploadState.Failed, false);
            Error = Texts.Of("upload.too-large", Sizes.Text(server.MaxFileSize));
        }
    }

    public RoomView Room { get; }

    public BrowserFile File { get; }

    public UploadState State { get; private set; } = UploadState.Chosen;

    public string? Error { get; private set; }

    /// <summary>Trying again makes sense; a file above the limit stays above it.</summary>
    public bool CanRetry { get; private set; } = true;

    /// <summary>Counts changes, so that its picture is drawn again.</summary>
    public int Version { get; private set; }

    public TransferProgress? Progress { get; private set; }

    public async Task RunAsync()
    {
        (State, Error) = (UploadState.Running, null);
        Tell();
        try
        {
            await _chat.Client.Files.UploadAsync(Room, File.Name, File, File.MediaType.Length > 0 ? File.MediaType : null, this, _clientId, _stop.Token);
            Remove();
        }
        catch (OperationCanceledException)
        {
            Remove();
        }
        catch (Exception error) when (error is ChatException or IOException)
        {
            (State, Error) = (UploadState.Failed, Texts.Of(error));
        }

        Tell();
    }

    /// <summary>Cancels it, or takes it away when it is not running.</summary>
    public void Cancel()
    {
        if (State == UploadState.Running)
        {
            _stop.Cancel();
        }
        else
        {
            Remove();
            Tell();
        }
    }

    public Task RetryAsync()
    {
        _stop.Dispose();
        _stop = new CancellationTokenSource();
        return RunAsync();
    }

    public void Report(TransferProgress value)
    {
        Progress = value;
        Version++;
        _chat.Tell(Topics.Composer);
    }

    private void Remove()
    {
        _chat.Uploads.Remove(this);
        File.Dispose();
    }

    private void Tell()
    {
        Version++;
        _chat.GuardUploads();
        _chat.Tell(Topics.Composer);
    }
}
