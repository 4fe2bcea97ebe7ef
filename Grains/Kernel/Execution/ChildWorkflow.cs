using System.Collections.Frozen;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Machines;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Execution;

/// <summary>A child as its parent's code sees it.</summary>
internal sealed class ChildWorkflow<TWorkflow>(
    WorkflowRun run, RunContext context, string workflowType, string? id, ChildSettings settings, CancellationToken? token)
    : IChildWorkflow<TWorkflow> where TWorkflow : Workflow
{
    private readonly ChildOutcomeWaiter _outcome = new();
    private ChildMachine? _machine;
    private WorkflowKey? _key = id is null ? null : new WorkflowKey(run.Started.Key.Namespace, new WorkflowId(id));
    private bool _asked;

    public WorkflowKey Key => _key ?? throw new InvalidRequest("A child without an id of its own gets one when it is started.");

    public string WorkflowType => workflowType;

    public RunId? RunId => _machine?.RunId;

    public Task StartAsync(object? input, Type inputType)
    {
        ArgumentNullException.ThrowIfNull(inputType);
        var waiter = new VoidWaiter();
        if (!run.MayCommand()) return waiter.Task;
        if (_asked) throw new InvalidRequest($"Child '{_key}' was started before; make another one to start again.");
        var payload = context.Encode(input, inputType, $"input of child workflow '{workflowType}'");
        _asked = true;
        if (context.IsCanceled(token, out var own))
        {
            var canceled = RunContext.CanceledBefore($"Child workflow '{workflowType}'");
            _outcome.Fail(canceled);
            return Task.FromException(canceled);
        }

        return run.IsIntercepted ? StartIntercepted(payload, own) : Start(payload, settings, own, waiter);
    }

    private Task StartIntercepted(Payload input, CancellationToken? own)
    {
        // Where an interceptor starts it later than the code asks, its id is still one of this command's.
        var call = new ChildCall
        {
            Context = context, Key = KeyOf(RunIds.OfCommand(run.Started.RunId, run.NextCommand)), WorkflowType = workflowType,
            Input = input, Headers = settings.Headers ?? FrozenDictionary<string, string>.Empty,
        };
        return InterceptorChain.NoteFailureAsync(
            () => run.Intercept(call, static (interceptor, call, next) => interceptor.StartChildAsync(call, next), call =>
            {
                var changed = settings with { Headers = ChildStarts.CheckHeaders(call.Headers) };
                var waiter = new VoidWaiter();
                return _machine is null && run.MayCommand() ? Start(call.Input, changed, own, waiter) : waiter.Task;
            }),
            e =>
            {
                if (_machine is null) _outcome.Fail(e); // never asked for: whoever waits for its end has to hear of it too
            });
    }

    private Task Start(Payload input, ChildSettings asked, CancellationToken? own, VoidWaiter waiter)
    {
        var runId = RunIds.OfCommand(run.Started.RunId, run.NextCommand);
        _machine = run.StartChild(new ChildScheduled
        {
            At = run.CommandTime, Command = run.NextCommand, Key = KeyOf(runId), RunId = runId, WorkflowType = workflowType,
            Input = input, Settings = asked,
        });
        if (_machine is not { } machine) return waiter.Task;
        machine.StartWaiter = waiter;
        machine.Outcome = _outcome;
        machine.FollowsRun = own is null;
        if (own is { CanBeCanceled: true } given)
            machine.Registration = run.OnCancel(machine.Command, static (r, command) => r.CancelChild(command), given);
        return waiter.Task;
    }

    public Task<TResult> GetResultAsync<TResult>()
    {
        run.RequireTurn();
        RequireStarted();
        var waiter = new ValueWaiter<TResult>(context.Converter);
        _outcome.Add(waiter);
        return waiter.Task;
    }

    public Task SignalAsync(string signal, params IReadOnlyList<object?> arguments)
    {
        if (!run.MayCommand()) return new TaskCompletionSource().Task;
        RequireStarted();
        return context.Signal(Key, _machine?.RunId, signal, arguments);
    }

    public Task CancelAsync(string? reason = null)
    {
        if (!run.MayCommand()) return new TaskCompletionSource().Task;
        RequireStarted();
        return _machine is { } machine ? run.CancelChild(machine.Command, reason) : Task.CompletedTask;
    }

    private void RequireStarted()
    {
        if (!_asked) throw new InvalidRequest($"Child workflow '{workflowType}' has not been started.");
    }

    private WorkflowKey KeyOf(RunId runId) => _key ??= new WorkflowKey(run.Started.Key.Namespace, new WorkflowId(IdOf(runId)));

    private string IdOf(RunId runId)
    {
        var suffix = runId.ToString()[..12];
        var parent = run.Started.Key.Id.Value;
        const int room = WorkflowId.MaximumLength - 13;
        return parent.Length <= room ? $"{parent}:{suffix}" : runId.ToString();
    }
}
