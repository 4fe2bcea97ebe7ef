namespace Orchestration.Workflows;

/// <summary>
/// Stands around the calls into and out of workflow code: for tenancy, audit, checks of a house. Methods that are not
/// implemented let their call pass.
/// </summary>
/// <remarks>
/// What an interceptor does is workflow code. It runs on every replay again and is held to the same rules: it takes time, random
/// numbers and outside facts only from the call's context, awaits only what comes from there, and does the same each time. One
/// object serves all runs of a silo, at once on several threads: it keeps no state of its own. Putting an interceptor in, or
/// taking one out, may change the order in which code that waits in parallel goes on: guard it for open runs as any change of
/// code.
/// </remarks>
public interface IWorkflowInterceptor
{
    /// <summary>Around the run's code, from its first step to its end.</summary>
    /// <returns>The run's result.</returns>
    Task<object?> ExecuteAsync(WorkflowExecution call, Func<WorkflowExecution, Task<object?>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around an activity call, from its scheduling to its recorded outcome.</summary>
    /// <returns>The encoded result; null where the activity returns nothing.</returns>
    Task<Payload?> CallActivityAsync(ActivityCall call, Func<ActivityCall, Task<Payload?>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around a timer.</summary>
    Task DelayAsync(TimerCall call, Func<TimerCall, Task> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around a signal's handler, from its first step to its end.</summary>
    Task HandleSignalAsync(SignalHandling call, Func<SignalHandling, Task> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>
    /// Around an update's validator, or the place of one: may only read, and throws to reject. Not called on replay.
    /// </summary>
    void ValidateUpdate(UpdateHandling call, Action<UpdateHandling> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        next(call);
    }

    /// <summary>Around an accepted update's handler; what comes of it, its sender gets.</summary>
    Task<object?> HandleUpdateAsync(UpdateHandling call, Func<UpdateHandling, Task<object?>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around a query's handler: may only read.</summary>
    object? HandleQuery(QueryHandling call, Func<QueryHandling, object?> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around the start of a child, until it is known to be there.</summary>
    Task StartChildAsync(ChildCall call, Func<ChildCall, Task> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around a signal to another workflow or to a child, until the receiver has it.</summary>
    Task SignalExternalAsync(SignalExternalCall call, Func<SignalExternalCall, Task> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around a cancellation of another workflow, until the receiver has it.</summary>
    Task CancelExternalAsync(CancelExternalCall call, Func<CancelExternalCall, Task> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around the making of what code throws to continue as new.</summary>
    ContinueAsNew ContinueAsNew(ContinueAsNewCall call, Func<ContinueAsNewCall, ContinueAsNew> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }
}
