using Orchestration.Grains.Kernel.Messages;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Machines;

/// <summary>Where a message's handler stands.</summary>
internal enum HandlerState
{
    /// <summary>No handler takes the message yet.</summary>
    Waiting,

    /// <summary>Its handler is to begin.</summary>
    Queued,

    /// <summary>Its handler runs, or waits for something.</summary>
    Running,

    /// <summary>Its handler has ended.</summary>
    Finished,
}

/// <summary>One message that the run has taken, and its handler.</summary>
/// <remarks>
/// <code>
/// state      input                                     event              next
/// (none)     a signal without a handler                SignalReceived     Waiting
/// (none)     a signal with a handler                   SignalReceived     Queued
/// (none)     an update that passes its validator       UpdateAccepted     Queued
/// Waiting    code gives a handler                      -                  Queued
/// Queued     the code before it has come to rest       -                  Running
/// Running    a signal's handler ends                   -                  Finished
/// Running    an update's handler ends                  UpdateCompleted    Finished
/// </code>
/// What a handler throws may end the run or stall it instead. The events are the run's; whether a handler is under way is the
/// code's state, rebuilt by replay.
/// </remarks>
internal sealed class HandlerMachine(WorkflowRun run, string name, IReadOnlyList<Payload> arguments, UpdateMachine? update)
{
    private MessageHandler? _handler;
    private object?[]? _decoded;
    private Task? _task;

    public WorkflowRun Run => run;

    public string Name => name;

    public IReadOnlyList<Payload> Arguments => arguments;

    /// <summary>What its sender sent along.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>The update that it carries out; null for a signal.</summary>
    public UpdateMachine? Update => update;

    public HandlerState State { get; private set; }

    public MessageHandler Handler => _handler!;

    /// <summary>Whether its task has ended, and what follows from it is still to be done.</summary>
    public bool HasEnded => State == HandlerState.Running && _task is { IsCompleted: true };

    /// <summary>A handler takes it.</summary>
    public void Queue(MessageHandler handler, object?[] decoded)
    {
        _handler = handler;
        _decoded = decoded;
        State = HandlerState.Queued;
    }

    /// <summary>Runs the handler up to its first wait; it reports its end to the run.</summary>
    public void Begin(Workflow workflow, TaskScheduler scheduler)
    {
        State = HandlerState.Running;
        object? returned;
        run.Beginning = _handler;
        try
        {
            returned = run.IsIntercepted ? run.InterceptHandler(this, _decoded!) : _handler!.Call(workflow, _decoded!);
        }
        catch (Exception e)
        {
            // A handler is workflow code: what it throws is judged by the run.
            Finish(null, e);
            return;
        }
        finally
        {
            run.Beginning = null;
        }

        _decoded = null;
        if (!_handler!.IsAsync && !run.IsIntercepted) Finish(returned, null);
        else if (returned is not Task task) Finish(null, null);
        else if (task.IsCompleted) FinishWith(task);
        else Await(task, scheduler);
    }

    /// <summary>Its task has ended.</summary>
    public void End()
    {
        if (State == HandlerState.Running) FinishWith(_task!);
    }

    private void Await(Task task, TaskScheduler scheduler)
    {
        _task = task;
        task.ContinueWith(static (_, machine) => ((HandlerMachine)machine!).End(), this, CancellationToken.None,
            TaskContinuationOptions.DenyChildAttach, scheduler);
    }

    private void FinishWith(Task task)
    {
        if (task.IsCompletedSuccessfully) Finish(task is Task<object?> any ? any.Result : _handler!.ResultOf?.Invoke(task), null);
        else Finish(null, task.IsCanceled ? new TaskCanceledException(task) : task.Exception!.InnerException!);
    }

    private void Finish(object? result, Exception? failure)
    {
        State = HandlerState.Finished;
        _task = null;
        run.OnHandlerFinished(this, result, failure);
    }
}
