using System.Security.Cryptography;
using System.Text;
using Chatroom.Server.Names;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Maintenance.ClassicImport;

/// <summary>Looks where there is something to look at, and writes nothing.</summary>
/// <param name="real">What is there already; null when there is no data folder yet.</param>
internal sealed class DryTarget(StoreTarget? real) : IImportTarget
{
    private long last;

    public byte[] IdOf(string kind, params ReadOnlySpan<string> parts) => real is not null
        ? real.IdOf(kind, parts)
        : SHA256.HashData(Encoding.UTF8.GetBytes(kind + "\n" + string.Join('\n', parts)))[..16];

    public async Task<(bool Free, long? Account)> LookAsync(NameCheck name, byte[] personId) => real is null ? (true, null) : await real.LookAsync(name, personId);

    // Numbers below zero are no accounts: nothing is found under them.
    public Task<ImportedPerson> AddAsync(NewPerson person, CancellationToken cancellation) =>
        Task.FromResult(new ImportedPerson(person.OldName, person.Name.Display, --last));

    public async Task<IReadOnlyList<ChangeRow?>> WrittenAsync(IReadOnlyList<(long Account, byte[] Id)> ids) =>
        real is null ? new ChangeRow?[ids.Count] : await real.WrittenAsync(ids);

    public async Task<long> CountAsync((ImportedPerson A, ImportedPerson B)? pair) => real is null ? 0 : await real.CountAsync(pair);

    public Task<Written> BefriendAsync(ImportedPerson one, ImportedPerson other, byte[] id) => Task.FromResult(default(Written));

    public Task<Written> SendAsync(ImportedPerson from, ImportedPerson? to, byte[] id, long time, string text) => Task.FromResult(default(Written));

    public Task<Written> PutFileAsync(ImportedPerson from, byte[] id, long time, string name, Func<Stream> open, CancellationToken cancellation) =>
        Task.FromResult(default(Written));

    public Task ReadUpToAsync(long room, long seq) => Task.CompletedTask;

    public async Task<bool> HasOwnerAsync() => real is not null && await real.HasOwnerAsync();

    public ValueTask DisposeAsync() => real?.DisposeAsync() ?? ValueTask.CompletedTask;
}
