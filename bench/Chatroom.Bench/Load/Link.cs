using System.Diagnostics;
using System.Text;

namespace Chatroom.Bench.Load;

/// <summary>One signed-in connection of the generator: while it signs in it waits for what the protocol says; afterwards it only looks for markers.</summary>
internal sealed class Link(Stream stream, int person, int bufferBytes = 16 * 1024) : IAsyncDisposable
{
    // What an answer may take; a server that lost it would hold up the run for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private byte[] buffer = new byte[bufferBytes];
    private int start;
    private int end;

    public int Person => person;

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => stream.WriteAsync(bytes);

    public ValueTask SendAsync(string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads past the next <paramref name="needle"/>.</summary>
    /// <returns>What came before it, and itself.</returns>
    public async Task<string> ExpectAsync(string needle)
    {
        var bytes = Encoding.UTF8.GetBytes(needle);
        while (true)
        {
            var at = buffer.AsSpan(start, end - start).IndexOf(bytes);
            if (at >= 0)
            {
                var text = Encoding.UTF8.GetString(buffer, start, at + bytes.Length);
                start += at + bytes.Length;
                return text;
            }

            await FillInTimeAsync(needle);
        }
    }

    /// <summary>Exactly the next bytes; they are valid until the next read.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(int count)
    {
        while (end - start < count)
        {
            await FillInTimeAsync($"{count} bytes");
        }

        var result = buffer.AsMemory(start, count);
        start += count;
        return result;
    }

    /// <summary>Takes note of everything that comes until the stream ends or is closed.</summary>
    public async Task ReceiveAsync(Board board, CancellationToken stopping)
    {
        var reader = board.ReaderOf(person);
        try
        {
            while (true)
            {
                Scan(reader);
                await FillAsync("messages", stopping);
            }
        }
        catch (Exception e) when (stopping.IsCancellationRequested && e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The run is over.
        }
        catch (Exception e)
        {
            board.Fail($"The connection of person {person} ended: {e.Message}");
        }
    }

    /// <summary>Reads on and forgets what comes: a connection that is only there.</summary>
    public async Task IdleAsync(CancellationToken stopping)
    {
        buffer = new byte[512];
        try
        {
            while (await stream.ReadAsync(buffer, stopping) > 0)
            {
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The run is over, or the server has ended it: the server's count of connections tells.
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private void Scan(Board.Reader reader)
    {
        var now = Stopwatch.GetTimestamp();
        int at;
        while (Marker.TryFind(buffer.AsSpan(start, end - start), out at, out var lane, out var number))
        {
            start += at + Marker.Length;
            reader.Saw(lane, number, now);
        }

        start += at;
    }

    private async Task FillInTimeAsync(string what)
    {
        using var late = new CancellationTokenSource(Patience);
        try
        {
            await FillAsync(what, late.Token);
        }
        catch (OperationCanceledException)
        {
            throw new BenchException($"Person {person} waits for {what} since {Patience.TotalSeconds} s. Last: {Last()}");
        }
    }

    private string Last() => Encoding.UTF8.GetString(buffer, start, Math.Min(end - start, 300));

    private async Task FillAsync(string what, CancellationToken stopping = default)
    {
        if (start == end)
        {
            start = end = 0;
        }
        else if (end == buffer.Length)
        {
            if (start == 0)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
            else
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
            }
        }

        var read = await stream.ReadAsync(buffer.AsMemory(end), stopping);
        if (read == 0)
        {
            throw new BenchException($"The server closed the connection of person {person}, which waited for {what}. Last: {Last()}");
        }

        end += read;
    }
}
