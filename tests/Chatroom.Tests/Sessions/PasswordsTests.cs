using Chatroom.Server.Sessions;
using Microsoft.Extensions.Time.Testing;

namespace Chatroom.Tests.Sessions;

public sealed class PasswordsTests : IDisposable
{
    private readonly Passwords passwords = new(64, 1);

    [Fact]
    public async Task The_right_password_fits_its_hash_and_another_does_not()
    {
        var hash = await passwords.HashAsync("correct horse 电池");
        Assert.True(await passwords.VerifyAsync("correct horse 电池", hash));
        Assert.False(await passwords.VerifyAsync("correct horse 電池", hash));
        Assert.False(await passwords.VerifyAsync("", hash));
    }

    [Fact]
    public async Task A_hash_is_a_phc_string_that_says_what_it_was_made_with()
    {
        Assert.Matches(@"^\$argon2id\$v=19\$m=64,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$", await passwords.HashAsync("password"));
    }

    [Fact]
    public async Task A_hash_made_with_other_costs_is_still_verified()
    {
        using var dearer = new Passwords(128, 2);
        var hash = await dearer.HashAsync("password");
        Assert.True(await passwords.VerifyAsync("password", hash));
        Assert.False(await passwords.VerifyAsync("Password", hash));
    }

    [Fact]
    public async Task The_same_password_has_another_hash_each_time()
    {
        Assert.NotEqual(await passwords.HashAsync("password"), await passwords.HashAsync("password"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaA")]
    [InlineData("password")]
    public async Task An_empty_or_foreign_hash_fits_nothing(string hash)
    {
        Assert.False(await passwords.VerifyAsync("password", hash));
        Assert.False(await passwords.VerifyAsync("", hash));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("1234567", false)]
    [InlineData("12345678", true)]
    [InlineData("密码密", true)]
    public void Passwords_are_bounded_in_bytes(string? password, bool accepted) => Assert.Equal(accepted, Passwords.Problem(password) is null);

    [Fact]
    public async Task A_password_above_the_bound_is_neither_taken_nor_hashed()
    {
        Assert.Null(Passwords.Problem(new string('a', 256)));
        Assert.Equal("too-long", Passwords.Problem(new string('a', 257))?.Reason);
        Assert.Equal("too-short", Passwords.Problem("")?.Reason);
        Assert.False(await passwords.VerifyAsync(new string('a', 1025), await passwords.HashAsync("password")));
    }

    [Fact]
    public async Task The_memory_of_hashes_is_given_back_once_nobody_has_signed_in_for_a_moment()
    {
        var clock = new FakeTimeProvider();
        var given = 0;
        using var resting = new Passwords(64, 1, clock, () => given++);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, given);
        for (var i = 0; i < 3; i++)
        {
            await resting.HashAsync("password");
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(0, given);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, given);
    }

    public void Dispose() => passwords.Dispose();
}
