using Chatroom.Server.Names;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Maintenance.ClassicImport;

/// <summary>Somebody of Chatroom 2.0 and the account they have here.</summary>
internal sealed record ImportedPerson(string OldName, string Name, long Account);

/// <param name="Id">Stable: the same for the same old name in every import.</param>
internal sealed record NewPerson(string OldName, NameCheck Name, string Password, byte[] Id);

/// <summary>What became of something written: where it stands now, or why it was refused.</summary>
internal readonly record struct Written(long Room, long Seq, string? Refusal = null);

/// <summary>
/// Where an import writes to. What is written under an id twice is written once, so an import can be run again. <see cref="DryTarget"/> writes nothing.
/// </summary>
internal interface IImportTarget : IAsyncDisposable
{
    /// <summary>A client id derived from where something stands in the source and what it is: 16 bytes, the same in every run.</summary>
    byte[] IdOf(string kind, params ReadOnlySpan<string> parts);

    /// <summary>Whether the name is free here; with the account when it is the one that <paramref name="personId"/> got in an earlier run.</summary>
    Task<(bool Free, long? Account)> LookAsync(NameCheck name, byte[] personId);

    /// <summary>Makes an account in the lobby, and an alias where its name is not the old one.</summary>
    Task<ImportedPerson> AddAsync(NewPerson person, CancellationToken cancellation);

    /// <summary>What was written under these ids before, in their order; null where nothing was.</summary>
    Task<IReadOnlyList<ChangeRow?>> WrittenAsync(IReadOnlyList<(long Account, byte[] Id)> ids);

    /// <summary>Messages and files in the lobby, or in the private chat of two people: of this import or not.</summary>
    Task<long> CountAsync((ImportedPerson A, ImportedPerson B)? pair);

    Task<Written> BefriendAsync(ImportedPerson one, ImportedPerson other, byte[] id);

    /// <summary>Queues a text; texts stand in the order of these calls.</summary>
    /// <param name="to">Null: to the lobby.</param>
    /// <param name="time">UTC ms.</param>
    Task<Written> SendAsync(ImportedPerson from, ImportedPerson? to, byte[] id, long time, string text);

    /// <summary>Puts a file into the lobby.</summary>
    Task<Written> PutFileAsync(ImportedPerson from, byte[] id, long time, string name, Func<Stream> open, CancellationToken cancellation);

    /// <summary>Moves the read positions of all members up to this entry: what was said long ago is not news.</summary>
    Task ReadUpToAsync(long room, long seq);

    /// <summary>Whether somebody may administer the server.</summary>
    Task<bool> HasOwnerAsync();
}
