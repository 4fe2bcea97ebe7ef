using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Activations;

/// <summary>How an activation starts and ends.</summary>
internal sealed partial class Activation
{
    private AsyncServiceScope _scope;
    private TaskCompletionSource? _ended;
    private TaskCompletionSource? _callsEnded;
    private DeactivationReason _reason;
    private CancellationToken _hurry;

    public Task Deactivated
    {
        get
        {
            if (_ended is { } existing) return existing.Task;
            Interlocked.CompareExchange(ref _ended, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
                null);
            if (_state == ActivationState.Ended) _ended.TrySetResult();
            return _ended.Task;
        }
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        if (ReferenceEquals(RuntimeContext.Current, this)) BeginDeactivation(deactivationReason, cancellationToken);
        else Turns.Enqueue(new DeactivateItem(deactivationReason, null, cancellationToken));
    }

    public void Migrate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default)
    {
        if (Class.Placement is null or HashBasedPlacement) Silo.Hints.Move(GrainId, requestContext);
        Deactivate(new(DeactivationReasonCode.Migrating, "The activation moves to where placement says."), cancellationToken);
    }

    /// <summary>Ends the activation if it is still idle when its turn comes.</summary>
    internal void DeactivateIfIdle(int idleTicks, DeactivationReason reason) =>
        Turns.Enqueue(new DeactivateItem(reason, idleTicks, default));

    /// <summary>
    /// A turn of it does not end. Any thread: whoever calls the grain from here on finds another activation; this one ends with
    /// its turn, should that ever end.
    /// </summary>
    internal void LeaveBehind()
    {
        Silo.Catalog.Remove(this);
        Silo.Log.LeftBehind(GrainId, Class.Type);
        Deactivate(new(DeactivationReasonCode.ActivationUnresponsive, "A turn has held its thread for too long."));
    }

    private void BeginActivation(Dictionary<string, object>? context)
    {
        _state = ActivationState.Activating;
        var before = ExecutionContext.Capture();
        RequestContext.CurrentEntries = context;
        _ = ActivateAsync();
        if (before is not null) ExecutionContext.Restore(before);
    }

    private async Task ActivateAsync()
    {
        try
        {
            _scope = Silo.Services.CreateAsyncScope();
            _services = _scope.ServiceProvider;
            _grain = Class.Create(this);
            if (_lifecycle is not null) await Limited(_lifecycle.StartAsync);
            if (_grain is IGrainBase grain) await Limited(grain.OnActivateAsync);
        }
        catch (Exception exception)
        {
            await FailActivationAsync(exception);
            return;
        }

        Silo.Instruments.Activated();
        if (_state != ActivationState.Activating)
        {
            await EndAsync();
            return;
        }

        _state = ActivationState.Active;
        Pump();

        Task Limited(Func<CancellationToken, Task> hook) =>
            TimeLimit.RunAsync(hook, Silo.Collection.ActivationTimeout, Silo.Time, this, default);
    }

    private async Task FailActivationAsync(Exception exception)
    {
        Silo.Log.ActivationFailed(exception, GrainId);
        _state = ActivationState.Deactivating;
        await DisposeGrainAsync();
        Leave();
        while (_gate.TryTakeAny(out var call)) call.ActivationFailed(exception);
    }

    private void BeginDeactivation(DeactivationReason reason, CancellationToken hurry)
    {
        if (_state >= ActivationState.Deactivating) return;
        var wasActive = _state == ActivationState.Active;
        _reason = reason;
        _hurry = hurry;
        _state = ActivationState.Deactivating;
        if (wasActive) _ = EndAsync();
        else if (_services is null) EndUnborn();
    }

    // No call ever reached it, so there is no grain object to say goodbye to.
    private void EndUnborn()
    {
        Leave();
        while (_gate.TryTakeAny(out var call)) call.NotRun(this);
    }

    private async Task EndAsync()
    {
        var reason = _reason;
        DisposeTimers();

        // A reentrant grain hears of its end while calls run: they may wait for something that only a further call could bring,
        // and none is let in any more. Not within the turn that asked for the end.
        if (!Class.IsReentrant) await Attempt(_ => RunningCallsAsync());
        else if (!_gate.NoneRuns) await Task.Yield();
        if (_grain is IGrainBase grain) await Attempt(token => grain.OnDeactivateAsync(reason, token));
        if (Class.IsReentrant) await Attempt(_ => RunningCallsAsync());
        if (_lifecycle is not null) await Attempt(_lifecycle.StopAsync);
        await DisposeGrainAsync();
        Leave();
        Silo.Instruments.Deactivated(reason.ReasonCode);
        Silo.Log.Deactivated(GrainId, reason);
        while (_gate.TryTakeAny(out var call)) call.NotRun(this);

        async Task Attempt(Func<CancellationToken, Task> step)
        {
            try
            {
                await TimeLimit.RunAsync(step, Silo.Collection.DeactivationTimeout, Silo.Time, this, _hurry);
            }
            catch (Exception exception)
            {
                Silo.Log.DeactivationFailed(exception, GrainId, reason);
            }
        }
    }

    // Out of the catalog first: a call sent from here on must find another activation.
    private void Leave()
    {
        Silo.Catalog.Remove(this);
        _state = ActivationState.Ended;
        Interlocked.MemoryBarrier();
        _ended?.TrySetResult();
    }

    private Task RunningCallsAsync()
    {
        if (_gate.NoneRuns) return Task.CompletedTask;
        _callsEnded = new TaskCompletionSource();
        return _callsEnded.Task;
    }

    private void CallsHaveEnded() => _callsEnded?.TrySetResult();

    private void DisposeTimers()
    {
        if (_timers is not { } timers) return;
        _timers = null;
        foreach (var timer in timers) timer.Dispose();
    }

    private async Task DisposeGrainAsync()
    {
        try
        {
            if (_grain is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync();
            else if (_grain is IDisposable disposable) disposable.Dispose();
            if (_services is not null) await _scope.DisposeAsync();
        }
        catch (Exception exception)
        {
            Silo.Log.DisposeFailed(exception, GrainId);
        }
    }

    private sealed class DeactivateItem(DeactivationReason reason, int? idleTicks, CancellationToken hurry) : TurnItem
    {
        internal override void Run(Activation activation)
        {
            // This very item is no longer in the queue when it runs.
            if (idleTicks is { } ticks && !activation.IsIdleFor(ticks)) return;
            activation.BeginDeactivation(reason, hurry);
        }
    }
}
