using Chatroom.Cli.Connecting;

namespace Chatroom.Tests.Cli;

public sealed class ConnectingTests
{
    [Theory]
    [InlineData("chat.example", "chat.example", 7443)]
    [InlineData("chat.example:7000", "chat.example", 7000)]
    [InlineData("127.0.0.1:1", "127.0.0.1", 1)]
    [InlineData("::1", "::1", 7443)]
    [InlineData("[::1]:7444", "::1", 7444)]
    [InlineData("[::1]", "::1", 7443)]
    public void Servers_are_understood_as_people_write_them(string text, string host, int port) =>
        Assert.Equal(new ServerAddress(host, port), ServerAddress.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:x")]
    [InlineData("[::1")]
    [InlineData("[::1]7443")]
    [InlineData("ho st")]
    public void What_is_no_server_is_refused(string text) => Assert.Null(ServerAddress.Parse(text));

    [Theory]
    [InlineData("SHA256:")]
    [InlineData("sha256:")]
    [InlineData("")]
    public void Fingerprints_are_understood_as_people_copy_them(string before)
    {
        var digits = string.Concat(Enumerable.Repeat("Ab", 32));
        var colons = string.Join(':', Enumerable.Repeat("Ab", 32));
        Assert.Equal(digits.ToLowerInvariant(), ProfilePins.Parse(before + digits));
        Assert.Equal(digits.ToLowerInvariant(), ProfilePins.Parse(before + colons));
    }

    [Theory]
    [InlineData("abab")]
    [InlineData("SHA256:xyz")]
    public void What_is_no_fingerprint_is_refused(string text) => Assert.Null(ProfilePins.Parse(text));
}
