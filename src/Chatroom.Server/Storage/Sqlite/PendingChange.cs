namespace Chatroom.Server.Storage.Sqlite;

/// <summary>A change on its way through the writer: run, then after the commit told to its callback, then to its task.</summary>
internal abstract class PendingChange
{
    /// <summary>What the change itself threw: its own result, decided against a state that is durable only after the commit.</summary>
    public Exception? Refusal { get; set; }

    public abstract void Run(IStoreTransaction transaction);

    public abstract void Committed();

    public abstract void Complete();

    public abstract void Fail(Exception error);
}

internal sealed class PendingChange<T>(Func<IStoreTransaction, T> change, Action<T>? committed, bool continueOnWriter) : PendingChange
{
    // A continuation on the writer's thread that does more than take a note would hold up every other change.
    private readonly TaskCompletionSource<T> _completion = new(continueOnWriter ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Task => _completion.Task;

    public override void Run(IStoreTransaction transaction) => _result = change(transaction);

    public override void Committed() => committed?.Invoke(_result);

    public override void Complete() => _completion.SetResult(_result);

    public override void Fail(Exception error) => _completion.SetException(error);
}
