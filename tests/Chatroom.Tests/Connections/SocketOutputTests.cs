using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Chatroom.Server.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Chatroom.Tests.Connections;

/// <summary>The way from TLS to the socket, without TLS.</summary>
public sealed class SocketOutputTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Pipe input = new();
    private readonly Pipe kestrel = new();
    private readonly DefaultConnectionContext connection = new();
    private Socket here = null!;
    private Socket there = null!;
    private PipeWriter output = null!;

    public async ValueTask InitializeAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        there = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var accepting = listener.AcceptSocketAsync();
        await there.ConnectAsync(listener.LocalEndpoint);
        here = await accepting;
        connection.Features.Set<IConnectionSocketFeature>(new Feature(here));
        connection.Transport = new Duplex(input.Reader, kestrel.Writer);
        await SocketOutput.UseAsync(connection, _ => Task.CompletedTask);
        output = connection.Transport.Output;
    }

    // Not the connection: its Abort cancels a source on a thread of the pool, and its DisposeAsync disposes that source, so that the one may come after the other.
    public ValueTask DisposeAsync()
    {
        here.Dispose();
        there.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_the_socket_does_not_take_at_once_arrives_whole_and_in_order()
    {
        var bytes = RandomNumberGenerator.GetBytes(16 << 20);
        var writing = output.WriteAsync(bytes).AsTask();
        Assert.False(writing.IsCompleted); // Nobody reads, and no kernel keeps so much.
        var reading = ReadAsync(bytes.Length);
        Assert.False((await writing.WaitAsync(Patience)).IsCompleted);
        Assert.Equal(bytes, await reading);
    }

    [Fact]
    public async Task What_was_put_into_its_memory_goes_before_what_is_written_after()
    {
        "first "u8.CopyTo(output.GetSpan(6));
        output.Advance(6);
        await output.WriteAsync("second "u8.ToArray());
        "third"u8.CopyTo(output.GetMemory(5).Span);
        output.Advance(5);
        await output.FlushAsync();
        Assert.Equal("first second third"u8.ToArray(), await ReadAsync(18));
    }

    [Fact]
    public async Task Who_writes_to_a_connection_that_is_gone_is_told_by_no_exception_and_the_connection_ends()
    {
        there.Close(0);
        await Support.Until.TrueAsync(async () => (await output.WriteAsync(new byte[1000])).IsCompleted);
        await EndedAsync();
    }

    [Fact]
    public async Task A_write_that_waits_when_the_other_side_goes_ends_without_an_exception()
    {
        var writing = output.WriteAsync(new byte[16 << 20]).AsTask();
        Assert.False(writing.IsCompleted);
        there.Close(0);
        Assert.True((await writing.WaitAsync(Patience)).IsCompleted);
        await EndedAsync();
    }

    [Fact]
    public async Task A_write_that_waits_when_the_socket_is_closed_here_ends_without_an_exception()
    {
        var writing = output.WriteAsync(new byte[16 << 20]).AsTask();
        Assert.False(writing.IsCompleted);
        here.Dispose();
        Assert.True((await writing.WaitAsync(Patience)).IsCompleted);
        Assert.True((await output.WriteAsync(new byte[1])).IsCompleted);
    }

    [Fact]
    public async Task Its_end_is_told_to_Kestrel_which_closes_the_socket()
    {
        await output.CompleteAsync();
        Assert.True((await kestrel.Reader.ReadAsync()).IsCompleted);
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await using var stream = new NetworkStream(there, ownsSocket: false);
        using var late = new CancellationTokenSource(Patience);
        await stream.ReadExactlyAsync(bytes, late.Token);
        return bytes;
    }

    private async Task EndedAsync()
    {
        var ended = new TaskCompletionSource();
        await using var registered = connection.ConnectionClosed.Register(() => ended.TrySetResult());
        await ended.Task.WaitAsync(Patience);
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed record Feature(Socket Socket) : IConnectionSocketFeature;
}
