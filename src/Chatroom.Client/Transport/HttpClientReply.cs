namespace Chatroom.Client;

/// <summary>The answer that an <see cref="HttpClient"/> got; disposed with this.</summary>
internal sealed class HttpClientReply(HttpResponseMessage response) : HttpReply
{
    private Stream? _body;

    public override int Status => (int)response.StatusCode;

    public override string? Header(string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) || response.Content.Headers.NonValidated.TryGetValues(name, out values)
            ? values.First()
            : null;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            _body ??= await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return await _body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new ConnectionLostException(error.Message, error);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_body is not null)
        {
            await _body.DisposeAsync().ConfigureAwait(false);
        }

        response.Dispose();
    }
}
