using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Chatroom.Server.Files;
using Microsoft.Extensions.Logging;
using static Chatroom.Tests.Files.FileBench;
using static Chatroom.Tests.Support.Until;

namespace Chatroom.Tests.Files;

public class UploadResumeTests
{
    private const int Size = 300_000;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 65_535)]
    [InlineData(0, 65_536)]
    [InlineData(0, 65_537)]
    [InlineData(1000, 130_072)]
    [InlineData(65_536, 200_000)]
    [InlineData(0, 299_999)]
    public async Task Everything_read_before_a_cut_is_durable_and_counts(int before, int cut)
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var content = Content(Size);
        var opened = await bench.OpenAsync(alice, Announce(content));
        (await bench.PatchAsync(alice, opened.Path, 0, content[..before])).Dispose();
        using (var socket = await bench.BeginPatchAsync(alice, opened.Path, before, Size - before, content[before..cut]))
        {
            await TrueAsync(() => bench.Core.Files.Uploads.Find(IdOf(opened.Path))?.Length == cut);
            socket.Shutdown(SocketShutdown.Send);
            await TrueAsync(() => !bench.Core.Files.Uploads.IsHeld(IdOf(opened.Path)));
        }

        Assert.Equal(cut, bench.Core.Files.Uploads.Find(IdOf(opened.Path))!.DurableLength);
        Assert.Equal(cut, await bench.OffsetAsync(alice, opened.Path));
        using var rest = await bench.PatchAsync(alice, opened.Path, cut, content[cut..]);
        Assert.Equal(HttpStatusCode.NoContent, rest.StatusCode);
        using var download = await bench.GetAsync(alice, opened.Path);
        Assert.Equal(content, await download.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(70_000)]
    public async Task A_newer_request_takes_over_from_a_half_open_one(int sent)
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var content = Content(Size);
        var opened = await bench.OpenAsync(alice, Announce(content));

        // This connection is never closed: a phone that changed its network.
        using var halfOpen = await bench.BeginPatchAsync(alice, opened.Path, 0, Size, content[..sent]);
        await TrueAsync(() => bench.Core.Files.Uploads.Find(IdOf(opened.Path))?.Length == sent);
        var offset = (int)await bench.OffsetAsync(alice, opened.Path);
        Assert.Equal(sent, offset);
        using var rest = await bench.PatchAsync(alice, opened.Path, offset, content[offset..]);

        Assert.Equal(HttpStatusCode.NoContent, rest.StatusCode);
        Assert.Single(await bench.EntriesAsync("lobby"));
    }

    [Fact]
    public async Task Of_many_patches_at_once_the_file_appears_once_and_whole()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var content = Content(Size);
        var opened = await bench.OpenAsync(alice, Announce(content));

        // Each is a client that asks where to go on and does so, until the file is there.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            await TrueAsync(async () =>
            {
                using var head = await bench.HeadAsync(alice, opened.Path);
                var offset = int.Parse(Header(head, "Upload-Offset"), System.Globalization.CultureInfo.InvariantCulture);
                using var answer = await bench.PatchAsync(alice, opened.Path, offset, content[offset..Math.Min(offset + 50_000, Size)]);
                Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.NoContent, HttpStatusCode.Conflict });
                return answer.Headers.Contains("Chatroom-Seq");
            });
        })));

        Assert.Single(await bench.EntriesAsync("lobby"));
        using var download = await bench.GetAsync(alice, opened.Path);
        Assert.Equal(content, await download.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task An_upload_goes_on_after_it_was_closed_unused()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var content = Content(Size);
        var request = Announce(content);
        var opened = await bench.OpenAsync(alice, request);
        (await bench.PatchAsync(alice, opened.Path, 0, content[..123_456])).Dispose();
        bench.Test.Clock.Advance(UploadTable.IdleTime);
        bench.Core.Files.Uploads.CloseIdle();
        Assert.Equal(0, bench.Core.Files.Uploads.Count);

        Assert.Equal(123_456, (await bench.OpenAsync(alice, request)).Offset);
        using var rest = await bench.PatchAsync(alice, opened.Path, 123_456, content[123_456..]);
        Assert.Equal(HttpStatusCode.NoContent, rest.StatusCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(28)]
    public async Task An_upload_whose_name_alone_survived_a_loss_of_power_begins_anew_and_is_no_damage(int zeros)
    {
        var log = new ErrorLog();
        await using var bench = await FileBench.StartAsync(log: log);
        var alice = await bench.Test.PersonAsync("alice");
        var content = Content(Size);
        var request = Announce(content);
        var opened = await bench.OpenAsync(alice, request);
        (await bench.PatchAsync(alice, opened.Path, 0, content[..100])).Dispose();
        bench.Test.Clock.Advance(UploadTable.IdleTime);
        bench.Core.Files.Uploads.CloseIdle();
        var part = Directory.EnumerateFiles(bench.Test.Data, "*.part", SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(part, new byte[zeros], TestContext.Current.CancellationToken);

        Assert.Equal(0, (await bench.OpenAsync(alice, request)).Offset);
        using var whole = await bench.PatchAsync(alice, opened.Path, 0, content);
        Assert.Equal(HttpStatusCode.NoContent, whole.StatusCode);
        Assert.Empty(log.Errors);
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("PATCH")]
    [InlineData("SEND_FILE")]
    public async Task After_a_crash_between_content_and_entry_the_next_request_makes_the_entry(string next)
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var content = Content(Size);
        var request = Announce(content);
        var opened = await bench.OpenAsync(alice, request);
        (await bench.PatchAsync(alice, opened.Path, 0, content[..100])).Dispose();
        using (var lease = await bench.Core.Files.Uploads.TakeAsync((await bench.RowAsync(IdOf(opened.Path)))!, default))
        {
            // As the last PATCH does it, up to the commit that the crash prevents.
            await lease!.Blob!.AppendAsync(content.AsMemory(100));
            await lease.Blob.CompleteAsync(Size, SHA256.HashData(content));
            lease.CloseBlob();
        }

        Assert.Empty(await bench.EntriesAsync("lobby"));
        if (next == "HEAD")
        {
            Assert.Equal(Size, await bench.OffsetAsync(alice, opened.Path));
        }
        else if (next == "PATCH")
        {
            using var answer = await bench.PatchAsync(alice, opened.Path, Size, []);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }
        else
        {
            Assert.NotNull((await bench.OpenAsync(alice, request)).Entry);
        }

        Assert.Single(await bench.EntriesAsync("lobby"));
        using var download = await bench.GetAsync(alice, opened.Path);
        Assert.Equal(content, await download.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task An_upload_survives_a_restart_with_what_was_durable()
    {
        await using var test = await Support.TestCore.StartAsync();
        var alice = await test.PersonAsync("alice");
        var content = Content(Size);
        var request = new Chatroom.Protocol.Messages.SendFileRequest
        {
            Room = "lobby",
            Name = "a",
            Size = Size,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)),
            ClientId = NewClientId(),
        };
        var opened = await Chatroom.Server.Commands.SendFile.OpenAsync(test.Core, alice.Caller, request, default);
        var id = IdOf(opened.Body!.Path);
        var row = await test.Core.Store.ReadAsync(s => s.File(id));
        using (var lease = await test.Core.Files.Uploads.TakeAsync(row!, default))
        {
            await lease!.Blob!.AppendAsync(content.AsMemory(0, 80_000));
            await lease.Blob.FlushAsync();
        }

        await test.ReopenAsync();
        var again = await Chatroom.Server.Commands.SendFile.OpenAsync(test.Core, alice.Caller, request, default);
        Assert.Equal((opened.Body.Path, 80_000, true), (again.Body!.Path, again.Body.Offset, again.Body.Duplicate));
    }

    private sealed class ErrorLog : ILogger
    {
        public ConcurrentQueue<string> Errors { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Errors.Enqueue(formatter(state, exception));
            }
        }
    }
}
