using Chatroom.Client;
using Chatroom.Web.Browser;

namespace Chatroom.Web.Components;

/// <summary>A dialog that asks the server for something: it waits, shows the refusal beside its field, and closes when it is done.</summary>
public abstract class DialogForm : Part
{
    private Task _last = Task.CompletedTask;
    private Task _running = Task.CompletedTask;

    protected bool Busy { get; private set; }

    /// <summary>What was refused, for the whole form or for <see cref="ErrorField"/>.</summary>
    protected string? Error { get; set; }

    /// <summary>The field that caused it, as the protocol names it.</summary>
    protected string? ErrorField { get; set; }

    protected override State.Topics Topics => State.Topics.None;

    protected static void Close() => Page.CloseDialog("dialog");

    protected string? ErrorAt(string field) => ErrorField == field ? Error : null;

    /// <summary>The refusal, unless it stands beside one of the fields.</summary>
    protected string? ErrorBeside(params string[] fields) => ErrorField is null || !fields.Contains(ErrorField) ? Error : null;

    /// <summary>After what was asked for before: a switch turned meanwhile is not forgotten.</summary>
    protected Task InTurnAsync(Func<Task> action)
    {
        return _last = AfterAsync(_last);

        async Task AfterAsync(Task before)
        {
            await before;
            while (Busy)
            {
                await _running;
            }

            await RunAsync(action);
        }
    }

    /// <summary>True when it was done; false also while something else is being done.</summary>
    protected Task<bool> RunAsync(Func<Task> action)
    {
        if (Busy)
        {
            return Task.FromResult(false);
        }

        var run = DoAsync(action);
        _running = run;
        return run;
    }

    private async Task<bool> DoAsync(Func<Task> action)
    {
        (Busy, Error, ErrorField) = (true, null, null);
        StateHasChanged();
        try
        {
            await action();
            return true;
        }
        catch (Exception error) when (error is ChatException or IOException)
        {
            (Error, ErrorField) = (Texts.Of(error), (error as ChatException)?.Field);
            return false;
        }
        finally
        {
            Busy = false;
            StateHasChanged();
        }
    }
}
