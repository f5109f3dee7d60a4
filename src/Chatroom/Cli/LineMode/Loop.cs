using System.Collections.Concurrent;

namespace Chatroom.Cli.LineMode;

/// <summary>One thread on which keys, news and the continuations of commands run one after another, so that the chat needs no locks.</summary>
internal sealed class Loop : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Work, object? State)> _queue = [];

    // What is posted after the end is not run: nobody waits for it. The queue is never disposed, for such late ones still come.
    public override void Post(SendOrPostCallback d, object? state) => _queue.Add((d, state));

    public void Post(Action work) => Post(static state => ((Action)state!)(), work);

    /// <summary>Runs the work and all that is posted, until the work is done.</summary>
    public Task<int> RunAsync(Func<Task<int>> work)
    {
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Run(work, done)) { IsBackground = true, Name = "chat" }.Start();
        return done.Task;
    }

    private void Run(Func<Task<int>> work, TaskCompletionSource<int> done)
    {
        SetSynchronizationContext(this);
        try
        {
            var running = work();
            running.ContinueWith(_ => Post(static () => { }), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            while (!running.IsCompleted)
            {
                var (next, state) = _queue.Take();
                next(state);
            }

            done.SetResult(running.GetAwaiter().GetResult());
        }
        catch (Exception error)
        {
            done.SetException(error);
        }
    }
}
