using Chatroom.Fuzz.Engine;

namespace Chatroom.Fuzz.Targets;

/// <summary>Every decoder under test.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Target> All { get; } =
    [
        new FrameTarget(), new NativeTarget(), new WebSocketTarget(), new BodyTarget(), new CommandTarget(), new ClassicTarget(),
        new UploadMetadataTarget(), new RangeTarget(), new FileNameTarget(), new CredentialTarget(),
        new NameTarget(), new TextTarget(), new IdTarget(),
        new KeyRingTarget(), new SealedTarget(), new BlobTarget(), new UploadTarget(), new BackupTarget(),
        new ClientTarget(), new RoomTarget(), new HttpErrorTarget(),
    ];
}
