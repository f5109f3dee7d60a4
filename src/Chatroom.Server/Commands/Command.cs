using System.Text.Json;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Sessions;

namespace Chatroom.Server.Commands;

/// <summary>One request on its way: who asks, over which connection, and what.</summary>
/// <param name="Send">Queues a frame to the one who asked, waiting while too much waits already: the connection's outbox.</param>
public sealed record Request(
    ChatCore Core, Session Session, Code Code, uint RequestId, ReadOnlyMemory<byte> Body, Func<byte[], CancellationToken, ValueTask> Send, CancellationToken Cancellation)
{
    public Origin Origin => new(Session, RequestId);

    public ValueTask ReplyAsync(byte[] frame) => Send(frame, Cancellation);
}

/// <summary>A request whose body has been read.</summary>
/// <param name="ClientId">The change's id; empty for requests that only read.</param>
public sealed record Request<T>(ChatCore Core, Session? Session, Caller Caller, T Body, byte[] ClientId, CancellationToken Cancellation);

/// <summary>What a changing command made of its request outside the transaction: a refusal, or what to do inside.</summary>
public readonly record struct Plan(Reply? Refusal, Func<Change, Reply>? Make)
{
    public static implicit operator Plan(Reply refusal) => new(refusal, null);

    public static Plan To(Func<Change, Reply> make) => new(null, make);
}

/// <summary>What a request costs.</summary>
public enum Cost
{
    /// <summary>Nothing that a flood could hurt.</summary>
    Free,

    /// <summary>One from the account's bucket of changes.</summary>
    Change,
}

/// <summary>
/// One command: when it is allowed, what a bot's token needs, what it costs, and how it is run. <see cref="Pipelined"/> commands are queued to the store in
/// order and not awaited before the next request is read.
/// </summary>
public sealed record Command(Code Code, SessionState States, Scopes Scope, Cost Cost, bool Pipelined, Func<Request, Task<Reply?>> Run)
{
    /// <summary>A command that only reads: <paramref name="handle"/> gives its reply.</summary>
    public static Command Read<T>(Code code, Scopes scope, Func<Request<T>, Task<Reply>> handle) =>
        new(code, SessionState.Live, scope, Cost.Free, Pipelined: false, async request =>
            TryBody<T>(request, out var body, out var wrong) ? await handle(Typed(request, body, [])) : wrong);

    /// <summary>A command that changes something: planned outside the transaction, made inside, exactly once.</summary>
    public static Command Change<T>(Code code, Scopes scope, Func<Request<T>, Plan> plan)
        where T : IChangeRequest => new(code, SessionState.Live, scope, Cost.Change, Pipelined: true, request =>
            TryChange<T>(request, out var typed, out var wrong) ? Finish(request, typed, plan(typed), typed.Body, pipelined: true) : Task.FromResult<Reply?>(wrong));

    /// <summary>The same for a command that has to wait before its transaction (for a password hash).</summary>
    /// <param name="content">The request without its secrets: the digest kept for retries must not be a second, cheaper hash of a password.</param>
    public static Command Change<T>(Code code, Scopes scope, Func<Request<T>, Task<Plan>> plan, Func<T, T> content)
        where T : IChangeRequest => new(code, SessionState.Live, scope, Cost.Change, Pipelined: false, async request =>
            TryChange<T>(request, out var typed, out var wrong) ? await Finish(request, typed, await plan(typed), content(typed.Body), pipelined: false) : wrong);

    /// <summary>A command outside these forms (LOGIN, REGISTER, PING): it gives its reply, or null when it has sent it itself.</summary>
    public static Command Own<T>(Code code, SessionState states, Func<Request, T, Task<Reply?>> handle) =>
        new(code, states, Scopes.None, Cost.Free, Pipelined: false, async request =>
            TryBody<T>(request, out var body, out var wrong) ? await handle(request, body) : wrong);

    /// <summary>Runs a changing command for a caller without a connection (the console, HTTP).</summary>
    public static async Task<Reply> RunAsync<T>(ChatCore core, Caller caller, Code code, T body, byte[] clientId, Func<Request<T>, Task<Plan>> plan, T content)
    {
        var planned = await plan(new Request<T>(core, null, caller, body, clientId, CancellationToken.None));
        return planned.Refusal ?? await Changes.RunAsync(core, caller, null, code, clientId, WireJson.Write(content), planned.Make!);
    }

    // The reply of a change is queued by the commit itself, in its place; null says so.
    private static async Task<Reply?> Finish<T>(Request request, Request<T> typed, Plan plan, T content, bool pipelined)
    {
        if (plan.Refusal is { } refusal)
        {
            return refusal;
        }

        await Changes.RunAsync(request.Core, typed.Caller, request.Origin, request.Code, typed.ClientId, WireJson.Write(content), plan.Make!, continueOnWriter: pipelined);
        return null;
    }

    private static bool TryChange<T>(Request request, out Request<T> typed, out Reply wrong)
        where T : IChangeRequest
    {
        typed = null!;
        if (!TryBody<T>(request, out var body, out wrong))
        {
            return false;
        }

        if (!Ids.TryClientId(body.ClientId, out var clientId))
        {
            wrong = Reply.Wrong("Every change needs a clientId of 32 lowercase hexadecimal digits.", "clientId");
            return false;
        }

        typed = Typed(request, body, clientId);
        return true;
    }

    private static Request<T> Typed<T>(Request request, T body, byte[] clientId) =>
        new(request.Core, request.Session, request.Session.Caller!, body, clientId, request.Cancellation);

    private static bool TryBody<T>(Request request, out T body, out Reply wrong)
    {
        try
        {
            body = WireJson.Read<T>(request.Body.Span);
            wrong = null!;
            return true;
        }
        catch (JsonException e)
        {
            body = default!;
            wrong = Reply.Wrong("The body is not what this request expects" + (e.Path is { Length: > 2 } path ? $", at {path}." : "."), e.Path?.TrimStart('$', '.'));
            return false;
        }
    }
}
