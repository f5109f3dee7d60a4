using System.Security.Cryptography;
using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using FileInfo = Chatroom.Protocol.Messages.FileInfo;

namespace Chatroom.Tests.Client;

public sealed class FileTransferTests
{
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(5 * 1024 * 1024 + 17);

    private static string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Content));

    [Fact]
    public async Task An_upload_goes_on_from_the_last_durable_byte_after_every_cut()
    {
        var files = new FakeFiles();
        files.PatchCuts.Enqueue(1000);
        files.PatchCuts.Enqueue(null);
        files.PatchCuts.Enqueue(0);
        await using var scene = Scene(files);
        var connection = await scene.SignInAsync();
        var reports = new Reports();
        var uploading = scene.Client.Files.UploadAsync(Destination.Room(Client.Scene.Room), "a.bin", new MemoryStream(Content), "x/y", reports);
        var asked = await connection.ExpectAsync<SendFileRequest>(Code.SendFile);
        Assert.Equal(("a.bin", Content.Length, "x/y", Sha256), (asked.Body.Name, asked.Body.Size, asked.Body.Type, asked.Body.Sha256));
        connection.Send(Code.UploadOpened, new UploadOpened { Path = "/files/up1", Offset = 0 }, asked.RequestId);

        var again = await connection.ExpectAsync<SendFileRequest>(Code.SendFile);
        Assert.Equal(asked.Body.ClientId, again.Body.ClientId);
        Assert.Equal(Content, files.Uploaded.ToArray());
        var entry = Client.Scene.Text(1, Client.Scene.Me) with { Kind = EntryKinds.File, File = Info() };
        connection.Send(
            Code.UploadOpened, new UploadOpened { Path = "/files/up1", Offset = Content.Length, Entry = entry, Duplicate = true }, again.RequestId);
        Assert.Equal(1, (await uploading.WaitAsync(Patience.Limit)).Seq);
        Assert.Equal(
            ["PATCH 0+4194304", "HEAD", "PATCH 1000+4194304", $"PATCH 4195304+{Content.Length - 4195304}", "HEAD", $"PATCH 4195304+{Content.Length - 4195304}"],
            files.Log);
        Assert.Equal(new TransferProgress(TransferPhase.Done, Content.Length, Content.Length), reports.All[^1]);
    }

    [Fact]
    public async Task Content_that_is_no_stream_is_hashed_by_itself_and_read_in_slices()
    {
        var files = new FakeFiles();
        files.PatchCuts.Enqueue(1000);
        await using var scene = Scene(files);
        var connection = await scene.SignInAsync();
        var content = new Slices();
        var uploading = scene.Client.Files.UploadAsync(Destination.Room(Client.Scene.Room), "a.bin", content);
        var asked = await connection.ExpectAsync<SendFileRequest>(Code.SendFile);
        Assert.Equal((Content.Length, Sha256), (asked.Body.Size, asked.Body.Sha256));
        connection.Send(Code.UploadOpened, new UploadOpened { Path = "/files/up1", Offset = 0 }, asked.RequestId);
        await connection.ExpectAsync<SendFileRequest>(Code.SendFile);
        Assert.Equal(Content, files.Uploaded.ToArray());
        Assert.Equal([(0, 4194304), (1000, 4194304), (4195304, Content.Length - 4195304)], content.Read);
        Assert.False(uploading.IsCompleted);
    }

    [Fact]
    public async Task An_upload_waits_for_the_connection_and_keeps_its_client_id()
    {
        await using var scene = Scene(new FakeFiles());
        var first = await scene.SignInAsync();
        _ = scene.Client.Files.UploadAsync(Destination.Room(Client.Scene.Room), "a.bin", new MemoryStream(Content));
        var asked = await first.ExpectAsync<SendFileRequest>(Code.SendFile);
        first.Cut();
        await scene.Client.UntilAsync(() => scene.Client.Connection.Phase != ConnectionPhase.Online);
        var second = await scene.Server.AcceptAsync();
        await scene.AnswerLoginAsync(second);
        Assert.Equal(asked.Body.ClientId, (await second.ExpectAsync<SendFileRequest>(Code.SendFile)).Body.ClientId);
    }

    [Fact]
    public async Task Other_content_than_announced_is_refused_for_good()
    {
        var files = new FakeFiles();
        files.Refusals.Enqueue(new FakeReply(460));
        await using var scene = Scene(files);
        var connection = await scene.SignInAsync();
        var uploading = scene.Client.Files.UploadAsync(Destination.Room(Client.Scene.Room), "a.bin", new MemoryStream(Content));
        var asked = await connection.ExpectAsync<SendFileRequest>(Code.SendFile);
        connection.Send(Code.UploadOpened, new UploadOpened { Path = "/files/up1", Offset = 0 }, asked.RequestId);
        Assert.Equal(Code.HashMismatch, (await Assert.ThrowsAsync<ChatException>(() => uploading.WaitAsync(Patience.Limit))).Code);
    }

    [Fact]
    public async Task A_download_goes_on_where_it_was_cut()
    {
        var files = new FakeFiles { Served = Content };
        files.GetCuts.Enqueue(70_000);
        files.GetCuts.Enqueue(0);
        await using var scene = Scene(files);
        await scene.SignInAsync();
        var target = new MemoryStream();
        await scene.Client.Files.DownloadAsync(Info(), target).WaitAsync(Patience.Limit);
        Assert.Equal(Content, target.ToArray());
        Assert.Equal(["GET /files/file1 0", "GET /files/file1 70000", "GET /files/file1 70000"], files.Log);
    }

    [Fact]
    public async Task A_download_goes_on_from_what_the_target_holds()
    {
        var files = new FakeFiles { Served = Content };
        await using var scene = Scene(files);
        await scene.SignInAsync();
        var target = new MemoryStream();
        target.Write(Content.AsSpan(0, 1234));
        await scene.Client.Files.DownloadAsync(Info(), target).WaitAsync(Patience.Limit);
        Assert.Equal(Content, target.ToArray());
        Assert.Equal(["GET /files/file1 1234"], files.Log);
    }

    [Fact]
    public async Task A_download_with_one_bit_changed_is_refused()
    {
        var changed = Content.ToArray();
        changed[4_000_000] ^= 1;
        await using var scene = Scene(new FakeFiles { Served = changed });
        await scene.SignInAsync();
        var refused = await Assert.ThrowsAsync<ChatException>(() => scene.Client.Files.DownloadAsync(Info(), new MemoryStream()).WaitAsync(Patience.Limit));
        Assert.Equal(Code.HashMismatch, refused.Code);
    }

    [Fact]
    public async Task A_recalled_file_is_told_by_the_code_of_the_server()
    {
        var files = new FakeFiles();
        files.Refusals.Enqueue(new FakeReply(
            410, [("content-type", "application/json; charset=utf-8")], """{"code":914,"text":"It was recalled."}"""u8.ToArray()));
        await using var scene = Scene(files);
        await scene.SignInAsync();
        var refused = await Assert.ThrowsAsync<ChatException>(() => scene.Client.Files.DownloadAsync(Info(), new MemoryStream()).WaitAsync(Patience.Limit));
        Assert.Equal((Code.NotFound, "It was recalled."), (refused.Code, refused.Text));
    }

    [Fact]
    public async Task A_server_that_is_busy_or_stopping_is_asked_again()
    {
        var files = new FakeFiles { Served = Content };
        files.Refusals.Enqueue(new FakeReply(429, [("Retry-After", "0")]));
        files.Refusals.Enqueue(new FakeReply(503));
        files.Refusals.Enqueue(new FakeReply(409));
        files.Refusals.Enqueue(new FakeReply(500, [("Content-Type", "text/html")], "<p>Oh!"u8.ToArray()));
        files.Refusals.Enqueue(new FakeReply(404));
        await using var scene = Scene(files);
        await scene.SignInAsync();
        var refused = await Assert.ThrowsAsync<ChatException>(() => scene.Client.Files.DownloadAsync(Info(), new MemoryStream()).WaitAsync(Patience.Limit));
        Assert.Equal((Code.NotFound, "The server answered 404."), (refused.Code, refused.Text));
        Assert.Single(files.Refusals);
    }

    private static FileInfo Info() => new() { Id = "file1", Name = "a.bin", Size = Content.Length, Sha256 = Sha256 };

    private static Scene Scene(FakeFiles files) => new(null, options => options with { Http = files, BackOff = new BackOff { First = TimeSpan.Zero } });

    private sealed class Slices : UploadContent
    {
        public List<(long Offset, int Length)> Read { get; } = [];

        public override long Length => Content.Length;

        public override Task<string> HashAsync(IProgress<TransferProgress>? progress, CancellationToken cancellationToken) => Task.FromResult(Sha256);

        public override ValueTask ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            Read.Add((offset, buffer.Length));
            Content.AsMemory((int)offset, buffer.Length).CopyTo(buffer);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Reports : IProgress<TransferProgress>
    {
        public List<TransferProgress> All { get; } = [];

        public void Report(TransferProgress value) => All.Add(value);
    }
}
