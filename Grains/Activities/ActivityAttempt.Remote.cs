using Orchestration.Grains.Activities.Remote;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Workflows;

namespace Orchestration.Grains.Activities;

// An attempt that a worker outside the cluster carries out: it waits without a slot, begins when a worker takes it, and ends as
// the worker says, or when nothing is heard of the worker.
internal sealed partial class ActivityAttempt
{
    private readonly RemoteLease? _remote;

    /// <summary>Whether a worker carries it out.</summary>
    public bool IsRemote
    {
        get => _remote is not null;
        init
        {
            if (value) _remote = new RemoteLease();
        }
    }

    /// <summary>Gives it to a worker.</summary>
    /// <returns>False where it has ended meanwhile.</returns>
    public async Task<bool> LeaseAsync(Guid lease, string worker)
    {
        if (Task.Id.Attempt > 1) await LoadDetailsAsync();
        (_remote!.Id, _remote.Worker) = (lease, worker);
        Extend();
        if (!TryBegin()) return false;
        _services.Deadlines.Watch(LeaseDeadline());
        return true;
    }

    /// <summary>The worker is alive.</summary>
    /// <returns>False where the lease holds no more.</returns>
    public bool RenewLease(Guid lease)
    {
        if (_remote!.Id != lease || Volatile.Read(ref _phase) != Running) return false;
        Extend();
        return true;
    }

    /// <summary>The worker says how it ended.</summary>
    /// <returns>True once that is durable; false where it had ended otherwise.</returns>
    public async Task<bool> EndLeasedAsync(Guid lease, ActivityReportKind kind, Payload? result, FailureInfo? failure)
    {
        if (_remote!.Id != lease) return false;
        if (kind == ActivityReportKind.Canceled)
        {
            // The worker gave in to what it was told; one that was told nothing has failed.
            (kind, failure) = Reason switch
            {
                ActivityCancellationReason.WorkerShutdown => (ActivityReportKind.Interrupted, null),
                ActivityCancellationReason.None => (ActivityReportKind.Failed, failure),
                var reason => (kind, ActivityFailures.Canceled(Task.ActivityType, Task.Id.Attempt, reason)),
            };
        }

        Task<bool> durable;
        var isFirst = false;
        lock (_remote.Gate)
        {
            if (_remote.Durable is null)
            {
                if (!TryEnd(Running)) return false;
                _remote.Durable = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                isFirst = true;
            }

            durable = _remote.Durable.Task; // a repeat waits with the first
        }

        if (isFirst && (kind == ActivityReportKind.Completed || Volatile.Read(ref _heartbeats) is null))
            Report(kind, result, failure);
        else if (isFirst) _ = FlushAndReportAsync(kind, failure);
        return await durable;
    }

    /// <summary>Its outcome is durable, or nobody wants it.</summary>
    public void Settled()
    {
        _services.Remote.Forget(_remote!.Id);
        _remote.Durable?.TrySetResult(Reason != ActivityCancellationReason.NotWanted);
    }

    private void Extend() =>
        Volatile.Write(ref _remote!.Until, _services.Deadlines.After(_services.Remote.LeaseTime));

    private long LeaseDeadline() => _remote is { } lease ? Volatile.Read(ref lease.Until) : AttemptDeadlines.Never;

    private void LoseWorker()
    {
        if (!TryEnd(Running)) return;
        LogWorkerLost(_services.Logger, _remote!.Worker, Task.ActivityType, Task.Id.Workflow, Task.Id.Attempt);
        Interlocked.CompareExchange(ref _reason, (int)ActivityCancellationReason.HeartbeatTimedOut, 0);
        _ = FlushAndReportAsync(ActivityReportKind.Failed, ActivityFailures.WorkerLost(
            Task.ActivityType, Task.Id.Attempt, _remote.Worker, _services.Remote.LeaseTime));
    }
}
