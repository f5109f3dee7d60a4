using Chatroom.Client;

namespace Chatroom.Tests.Client;

/// <summary>An answer made of what a test says.</summary>
/// <param name="cut">Bytes of the body that come before the connection breaks; null: all, and no break.</param>
internal sealed class FakeReply(int status, (string Name, string Value)[]? headers = null, ReadOnlyMemory<byte> body = default, int? cut = null) : HttpReply
{
    private ReadOnlyMemory<byte> _left = cut is { } length ? body[..length] : body;

    public override int Status => status;

    public override string? Header(string name) =>
        headers?.FirstOrDefault(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = Math.Min(buffer.Length, _left.Length);
        if (read == 0 && cut is not null)
        {
            throw new ConnectionLostException("Cut.");
        }

        _left[..read].CopyTo(buffer);
        _left = _left[read..];
        return ValueTask.FromResult(read);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
