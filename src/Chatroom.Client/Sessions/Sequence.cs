namespace Chatroom.Client;

/// <summary>
/// Runs actions one after another in the order of their posting, without a thread of its own: whoever posts while nothing runs, runs. All
/// state of a client is touched in here only, so it needs no locks and handlers are never called at the same time.
/// </summary>
internal sealed class Sequence(Action<Exception> failed)
{
    private readonly Queue<Action> _queue = new();
    private bool _running;

    /// <summary>Runs the action now, or after those already posted; an action posted by an action runs after it.</summary>
    public void Post(Action action)
    {
        lock (_queue)
        {
            _queue.Enqueue(action);
            if (_running)
            {
                return;
            }

            _running = true;
        }

        while (true)
        {
            Action next;
            lock (_queue)
            {
                if (!_queue.TryDequeue(out next!))
                {
                    _running = false;
                    return;
                }
            }

            try
            {
                next();
            }
            catch (Exception error)
            {
                failed(error);
            }
        }
    }

    public Task RunAsync(Action action) => RunAsync(() =>
    {
        action();
        return true;
    });

    public Task<T> RunAsync<T>(Func<T> function)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                done.SetResult(function());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        });
        return done.Task;
    }
}
