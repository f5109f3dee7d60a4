using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

/// <summary>The account's own password, devices, tokens and settings.</summary>
public sealed class SecurityArea
{
    private readonly ChatClient _client;

    internal SecurityArea(ChatClient client) => _client = client;

    /// <param name="newPassword">8–256 bytes of UTF-8.</param>
    /// <exception cref="ChatException">102 wrong old password, 925 weak new one.</exception>
    public Task ChangePasswordAsync(
        string oldPassword, string newPassword, bool signOutOthers = false, CancellationToken cancellationToken = default) =>
        _client.ChangeAsync<ChangePasswordRequest, OkBody>(Code.ChangePassword, Lanes.Account, id => new ChangePasswordRequest
        {
            OldPassword = oldPassword,
            NewPassword = newPassword,
            SignOutOthers = signOutOthers ? true : null,
            ClientId = id,
        }, cancellationToken);

    /// <summary>Devices and bot tokens, with who is connected now.</summary>
    public async Task<IReadOnlyList<DeviceInfo>> DevicesAsync(CancellationToken cancellationToken = default) =>
        (await _client.AskAsync<Empty, DeviceList>(Code.ListDevices, new Empty(), cancellationToken).ConfigureAwait(false)).Devices;

    public Task SignOutDeviceAsync(string deviceId, CancellationToken cancellationToken = default) =>
        _client.ChangeAsync<SignOutDeviceRequest, OkBody>(
            Code.SignOutDevice, Lanes.Account, id => new SignOutDeviceRequest { Device = deviceId, ClientId = id }, cancellationToken);

    /// <param name="accept">Who may write privately or add as a friend: <c>everyone</c> or <c>friends</c>.</param>
    public Task SetAcceptAsync(string accept, CancellationToken cancellationToken = default) =>
        _client.ChangeAsync<SettingsRequest, OkBody>(
            Code.SetSettings, Lanes.Account, id => new SettingsRequest { Accept = accept, ClientId = id }, cancellationToken);

    /// <param name="classic">Whether the account may sign in on the classic port, which is plain text: <c>allow</c> or <c>forbid</c>.</param>
    public Task SetClassicAsync(string classic, CancellationToken cancellationToken = default) =>
        _client.ChangeAsync<SettingsRequest, OkBody>(
            Code.SetSettings, Lanes.Account, id => new SettingsRequest { Classic = classic, ClientId = id }, cancellationToken);

    /// <summary>Makes a bot token; it is shown this once.</summary>
    /// <param name="scopes">Any of <c>read</c>, <c>send</c>, <c>files</c>, <c>manage</c>.</param>
    /// <param name="days">1–3650; null: it never expires.</param>
    public Task<TokenCreated> CreateTokenAsync(
        string name, IReadOnlyList<string> scopes, int? days = null, CancellationToken cancellationToken = default) =>
        _client.ChangeAsync<CreateTokenRequest, TokenCreated>(Code.CreateToken, Lanes.Account, id => new CreateTokenRequest
        {
            Name = name,
            Scopes = scopes,
            Days = days,
            ClientId = id,
        }, cancellationToken);
}
