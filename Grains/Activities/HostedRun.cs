using Orchestration.Grains.Activities.Remote;
using Orchestration.Grains.Interfaces;
using Orchestration.Grains.Interfaces.Activities;

namespace Orchestration.Grains.Activities;

/// <summary>
/// The attempts of one run on this host, until their outcomes are acknowledged, and the outcomes on their way to it. One report
/// call is under way at a time: a lone outcome goes at once, and what ends meanwhile goes together with the next call.
/// Thread-safe.
/// </summary>
internal sealed partial class HostedRun : IThreadPoolWorkItem
{
    private const int MaximumBatch = 1_000;
    private const int MaximumBatchBytes = 1 << 20;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly ActivityHost _host;
    private readonly List<ActivityReport> _outbox = new(1);
    private AttemptTable _attempts;
    private ReportToRun? _report;
    private bool _hasRemote;
    private bool _sending;
    private bool _gone;

    public HostedRun(string workflow, Guid runId, ActivityHost host)
    {
        Workflow = workflow;
        RunId = runId;
        _host = host;
    }

    /// <summary>The run's grain key.</summary>
    public string Workflow { get; }

    /// <summary>The run.</summary>
    public Guid RunId { get; }

    /// <summary>Adds an attempt, unless it is known or refused.</summary>
    /// <returns>Whether to go on: false where this object was dropped meanwhile and another one is to be made.</returns>
    public bool TryAccept(
        ActivityTask task, ActivityDefinition? definition, bool isFromAfar, out DispatchReply reply, out ActivityAttempt? added)
    {
        added = null;
        lock (_gate)
        {
            reply = DispatchReply.Accepted;
            if (_gone) return false;
            if (_attempts.TryGet(task.Id.Command, task.Id.Attempt, out _)) return true;
            reply = _host.ReplyToNew(task);
            if (reply == DispatchReply.Accepted)
            {
                var isRemote = definition is null && RemoteNames.IsRemote(task.ActivityType);
                added = new ActivityAttempt(task, this, definition, _host.Services)
                {
                    IsRemote = isRemote, IsFromAfar = isFromAfar,
                };
                _hasRemote |= isRemote;
                _attempts.Add(added);
            }

            RetireIfEmpty();
            return true;
        }
    }

    /// <summary>
    /// What became of an attempt; one that was never seen is refused up to the fence, atomically with the answer.
    /// </summary>
    /// <returns>False where this object was dropped meanwhile.</returns>
    public bool TryInquire(AttemptId id, long fence, out AttemptInquiryReply reply)
    {
        lock (_gate)
        {
            reply = new AttemptInquiryReply(AttemptState.NeverSeen, null);
            if (_gone) return false;
            if (_attempts.TryGet(id.Command, id.Attempt, out var attempt)) reply = attempt.Describe();
            else _host.Refuse(id, fence);
            RetireIfEmpty();
            return true;
        }
    }

    /// <summary>Finds an attempt.</summary>
    public ActivityAttempt? Find(AttemptId id)
    {
        lock (_gate) return _attempts.TryGet(id.Command, id.Attempt, out var attempt) ? attempt : null;
    }

    /// <summary>Reports something of an attempt, until it is acknowledged.</summary>
    public void Report(ActivityReport report)
    {
        lock (_gate)
        {
            _outbox.Add(report);
            if (_sending) return;
            _sending = true;
        }

        // A grain that dispatches or cancels is not to have its scheduler caught by the reports.
        var threads = _host.Services.Threads;
        if (!threads.TakesAll && TaskScheduler.Current == TaskScheduler.Default && SynchronizationContext.Current is null)
            _ = SendAsync();
        else
            threads.Queue(this);
    }

    /// <summary>Drops an attempt that nobody wants to hear of.</summary>
    public void Forget(ActivityAttempt attempt)
    {
        lock (_gate)
        {
            _outbox.RemoveAll(r => r.Id == attempt.Task.Id);
            Drop(attempt.Task.Id);
            RetireIfEmpty();
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = SendAsync();

    private async Task SendAsync()
    {
        var failures = 0;
        while (TakeBatch() is { } batch)
        {
            ReportReply[]? replies = null;
            try
            {
                _host.Services.Instruments.Reporting(batch.Length);
                replies = await (_report ??= _host.WayTo(Workflow))(batch);
                if (replies.Length != batch.Length)
                    throw new InvalidOperationException($"The run answered {replies.Length} of {batch.Length} reports.");
            }
            catch (Exception e)
            {
                replies = null;
                LogReportFailed(_host.Services.Logger, e, Workflow, batch.Length, failures + 1);
            }

            var open = Settle(batch, replies);
            if (open == 0)
            {
                failures = 0;
                continue;
            }

            _host.Services.Instruments.Repeated(open);
            var pause = FirstPause * Math.Pow(2, Math.Min(failures++, 10));
            if (pause > LongestPause) pause = LongestPause;
            // Spread, so that what failed together does not come back together.
            await Task.Delay(pause * (0.75 + (Chance.NextDouble() / 2)), _host.Services.Time);
        }
    }

    private ActivityReport[]? TakeBatch()
    {
        lock (_gate)
        {
            var count = 0;
            for (long bytes = 0; count < _outbox.Count
                && count < MaximumBatch && (count == 0 || bytes < MaximumBatchBytes); count++)
                bytes += 200 + (_outbox[count].Result?.Data.Length ?? 0) + (_outbox[count].Failure?.Details?.Data.Length ?? 0);
            if (count == 0)
            {
                _sending = false;
                RetireIfEmpty();
                return null;
            }

            var batch = new ActivityReport[count];
            _outbox.CopyTo(0, batch, 0, count);
            _outbox.RemoveRange(0, count);
            return batch;
        }
    }

    // Forgets what was acknowledged and puts the rest back in front.
    private int Settle(ActivityReport[] batch, ReportReply[]? replies)
    {
        lock (_gate)
        {
            var open = 0;
            for (var i = batch.Length - 1; i >= 0; i--)
            {
                var report = batch[i];
                var acknowledged = replies is not null && replies[i] == ReportReply.Acknowledged;
                if (acknowledged && report.Kind != ActivityReportKind.Started) Drop(report.Id);
                if (acknowledged || !IsOfUse(report)) continue;
                _outbox.Insert(0, report);
                open++;
            }

            return open;
        }
    }

    // The news of a start is of no use once the outcome is there, and no outcome is once its attempt was forgotten.
    private bool IsOfUse(ActivityReport report) =>
        _attempts.TryGet(report.Id.Command, report.Id.Attempt, out var attempt)
        && (report.Kind != ActivityReportKind.Started || attempt.Outcome is null);

    private void Drop(AttemptId id)
    {
        if (!_attempts.TryGet(id.Command, id.Attempt, out var attempt)) return;
        if (_hasRemote && attempt.IsRemote) attempt.Settled();
        _attempts.Remove(id.Command, id.Attempt);
        _host.Dropped();

        // A message may come twice. And a retry is recorded when the attempt before it has failed and dispatched when it is due,
        // by whichever activation has the run then: of two, the second one's dispatch may arrive when the first one's is over.
        // (A first attempt is dispatched by the activation whose append has it, and by no other.)
        // One that never ran is dispatched anew under its number, by a longer history.
        if (attempt.IsFromAfar || id.Attempt > 1)
            _host.Refuse(id, attempt.Outcome?.Kind == ActivityReportKind.NeverRan ? attempt.Task.Fence : long.MaxValue);
    }

    private void RetireIfEmpty()
    {
        if (_gone || _sending || _outbox.Count > 0 || _attempts.Count > 0) return;
        _gone = true;
        _host.Retire(this);
    }
}
