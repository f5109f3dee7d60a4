using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Chatroom.Tests.Commands;

/// <summary>A token that expires while its connection is open.</summary>
public sealed class ExpiryTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly TaskCompletionSource<Bye> bye = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ServerBench bench = null!;
    private MemoryClient bot = null!;

    public async ValueTask InitializeAsync()
    {
        bench = await ServerBench.StartAsync(clock: clock);
        await using var ann = await bench.JoinAsync("ann");
        var made = await ann.SendAsync(Code.CreateToken, new CreateTokenRequest { Name = "bot", Days = 45, Scopes = ["read", "send"], ClientId = ClientId() });
        bot = bench.Connect(frame =>
        {
            if (frame.Code == Code.Bye)
            {
                bye.TrySetResult(WireJson.Read<Bye>(frame.Body.Span));
            }
        });
        var answer = await bot.SendAsync(Code.Login, new LoginRequest { Version = 3, Token = WireJson.Read<TokenCreated>(made[0].Body.Span).Token });
        Assert.Equal(Code.LoginSuccess, answer[0].Code);
    }

    public async ValueTask DisposeAsync()
    {
        await bot.DisposeAsync();
        await bench.DisposeAsync();
    }

    [Fact]
    public async Task Ends_the_connection_at_that_moment_and_not_before()
    {
        // More than a timer may wait at once.
        clock.Advance(TimeSpan.FromDays(44));
        Assert.Equal(Code.SendMessageAll, await SayAsync("the day before"));
        Assert.False(bye.Task.IsCompleted);
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal((int)Code.TokenInvalid, (await bye.Task.WaitAsync(TimeSpan.FromSeconds(20))).Reason);
    }

    private async Task<Code> SayAsync(string text) =>
        (await bot.SendAsync(Code.SendMessage, new SendMessageRequest { Room = "lobby", Text = text, ClientId = ClientId() }))[0].Code;

    private static string ClientId() => Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
}
