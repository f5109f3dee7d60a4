using System.Security.Cryptography;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Commands;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Chatroom.Server.Maintenance;

/// <summary>
/// The administration commands for the person at the server's own machine, on the data folder of a stopped server: the same commands as over the wire,
/// with the console as the caller. The way back in when the owner's password is lost.
/// </summary>
public sealed class ConsoleAdmin : IAsyncDisposable
{
    private readonly DataFolder folder;
    private readonly ChatCore core;

    private ConsoleAdmin(DataFolder folder, ChatCore core) => (this.folder, this.core) = (folder, core);

    /// <exception cref="DataFolderException">No installation there, or a server runs on it.</exception>
    public static async Task<ConsoleAdmin> OpenAsync(ChatServerOptions options, ILogger log)
    {
        var folder = DataFolder.Open(options, create: false);
        return new ConsoleAdmin(folder, await ChatServer.OpenAsync(folder, options, log, TimeProvider.System));
    }

    /// <summary>All accounts, page by page.</summary>
    public async Task<IReadOnlyList<UserInfo>> UsersAsync()
    {
        var users = new List<UserInfo>();
        string? cursor = null;
        do
        {
            var page = WireJson.Read<UserPage>((await ListUsers.ListAsync(core, Caller.Console, new PageRequest { Cursor = cursor })).Body);
            users.AddRange(page.Users);
            cursor = page.Next;
        }
        while (cursor is not null);
        return users;
    }

    /// <returns>Null when done; otherwise why not.</returns>
    public Task<string?> ResetPasswordAsync(string name, string password) => RunAsync(Code.ResetPassword, new UserRequest { Name = name, Password = password }, ResetPassword.PlanAsync);

    /// <inheritdoc cref="ResetPasswordAsync"/>
    public Task<string?> DisableAsync(string name, bool disabled) => RunAsync(Code.DisableUser, new UserRequest { Name = name, Disabled = disabled }, r => Task.FromResult(DisableUser.Plan(r)));

    /// <inheritdoc cref="ResetPasswordAsync"/>
    public Task<string?> DeleteAsync(string name) => RunAsync(Code.DeleteUser, new UserRequest { Name = name }, r => Task.FromResult(DeleteUser.Plan(r)));

    /// <inheritdoc cref="ResetPasswordAsync"/>
    public Task<string?> SetRoleAsync(string name, string role) => RunAsync(Code.SetUserRole, new UserRequest { Name = name, Role = role }, r => Task.FromResult(SetUserRole.Plan(r)));

    public async ValueTask DisposeAsync()
    {
        await core.DisposeAsync();
        folder.Dispose();
    }

    private async Task<string?> RunAsync(Code code, UserRequest body, Func<Request<UserRequest>, Task<Plan>> plan)
    {
        var reply = await Command.RunAsync(core, Caller.Console, code, body, RandomNumberGenerator.GetBytes(16), plan, body with { Password = null });
        return reply.Refused ? WireJson.Read<ErrorBody>(reply.Body).Text : null;
    }
}
