using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Workflows.Requests;
using Orchestration.Workflows;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Orchestration.Grains.Workflows;

/// <summary>
/// The workflow grain: the door through which a <see cref="WorkflowInstance"/> is called, and its clock. Reentrant, so that calls
/// reach the inbox while a turn is being committed; order comes from the inbox alone.
/// </summary>
[Reentrant]
internal sealed partial class WorkflowGrain : Grain, IWorkflowGrain, IWorkflowRunGrain, IWorkflowActivitiesGrain,
    IActivationPort, IDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    private readonly WorkflowServices _services;
    private WorkflowInstance? _instance;
    private InvalidIdentifier? _invalidKey;
    private IGrainTimer? _timer;
    private DateTimeOffset? _wakeAt;

    public WorkflowGrain(WorkflowServices services) => _services = services;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Nothing is read here: a start needs no reading, and what other calls need they read themselves.
        try
        {
            _instance = new WorkflowInstance(_services, this, WorkflowKey.FromGrainKey(this.GetPrimaryKeyString()));
        }
        catch (InvalidIdentifier e)
        {
            _invalidKey = e;
        }

        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _instance?.LeaveAsync(
            reason.ReasonCode is DeactivationReasonCode.Migrating or DeactivationReasonCode.ShuttingDown, cancellationToken)
        ?? Task.CompletedTask;

    public void Dispose() => _instance?.Dispose();

    public Task<StartReply> StartAsync(StartRequest request) =>
        _instance is { } instance
            ? new StartRequests(instance, _services).StartAsync(request, null)
            : Task.FromResult(new StartReply { Fault = KeyFault() });

    public Task<ResultReply> GetResultAsync(ResultRequest request) =>
        _instance is { } instance ? instance.GetResultAsync(request) : Task.FromResult(new ResultReply { Fault = KeyFault() });

    public Task<DescribeReply> DescribeAsync(DescribeRequest request) => _instance is { } instance
        ? new ReadRequests(instance, _services).DescribeAsync(request)
        : Task.FromResult(new DescribeReply(KeyFault(), null));

    public Task<HistoryReply> GetHistoryAsync(HistoryRequest request) => _instance is { } instance
        ? new ReadRequests(instance, _services).GetHistoryAsync(request)
        : Task.FromResult(new HistoryReply { Fault = KeyFault() });

    public Task<ControlReply> CancelAsync(ControlRequest request) => _instance is { } instance
        ? new ControlRequests(instance, _services).CancelAsync(request)
        : Task.FromResult(new ControlReply(KeyFault(), Guid.Empty, default));

    public Task<ControlReply> TerminateAsync(ControlRequest request) => _instance is { } instance
        ? new ControlRequests(instance, _services).TerminateAsync(request)
        : Task.FromResult(new ControlReply(KeyFault(), Guid.Empty, default));

    public Task<ReportReply[]> ReportAsync(ActivityReport[] reports) =>
        _instance is { } instance ? instance.ReportAsync(reports) : Task.FromResult(new ReportReply[reports.Length]);

    public Task<RunCallReply[]> DeliverAsync(RunCall[] calls) => _instance is { } instance
        ? new RunCallRequests(instance, _services).DeliverAsync(calls)
        : Task.FromResult(Array.ConvertAll(calls, _ => new RunCallReply(RunCallAnswer.Refused, null, KeyFault().Message)));

    public Task WakeAsync(WakeRequest request) => _instance?.WakeAsync(request) ?? Task.CompletedTask;

    void IActivationPort.WakeAt(DateTimeOffset? due)
    {
        if (due == _wakeAt) return;
        _wakeAt = due;
        var wait = Timeout.InfiniteTimeSpan;
        if (due is { } at)
        {
            wait = at - _services.Clock.GetUtcNow();
            wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestTimer ? LongestTimer : wait;
        }
        else if (_timer is null)
        {
            return;
        }

        _timer ??= this.RegisterGrainTimer(static (grain, _) => grain.TickAsync(), this,
            new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
        try
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // A call that outlives its activation's timers ends as it would have; what is due is handed on when the activation
            // leaves.
        }
    }

    Action IActivationPort.Marshal(Action action)
    {
        var scheduler = TaskScheduler.Current; // the activation's own
        return () => _ = Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);
    }

    void IActivationPort.Deactivate() => DeactivateOnIdle();

    void IActivationPort.MoveTo(string silo, bool wakes)
    {
        if (!SiloKey.TryParse(silo, out var address)) throw new ArgumentException($"'{silo}' is no silo.", nameof(silo));
        var before = RequestContext.Get(IPlacementDirector.PlacementHintKey);
        RequestContext.Set(IPlacementDirector.PlacementHintKey, address);
        MigrateOnIdle();

        // With the hint, so that those on the way learn of it too. Not awaited: it waits for the end of this activation.
        if (wakes) _ = WakeThereAsync(silo);
        if (before is null) RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        else RequestContext.Set(IPlacementDirector.PlacementHintKey, before);
    }

    private async Task WakeThereAsync(string silo)
    {
        try
        {
            var self = GrainFactory.GetGrain<IWorkflowRunGrain>(this.GetPrimaryKeyString());
            await self.WakeAsync(new WakeRequest(AfterCrash: false));
        }
        catch (Exception e)
        {
            _services.Log.WakeThereFailed(e, this.GetPrimaryKeyString(), silo);
        }
    }

    private Task TickAsync()
    {
        _wakeAt = null; // a timer that came early, or was cut to a day, is set again
        _instance?.OnTime();
        return Task.CompletedTask;
    }

    private Interfaces.Wire.Fault KeyFault() =>
        WorkflowFaults.Invalid(_invalidKey?.Message ?? "The grain key names no workflow.");
}
