namespace Orchestration.Silo.Telemetry;

/// <summary>
/// The last minutes of a silo, a sample a period, so that whoever opens the dashboard sees a course and not a dot. The one clock
/// beat of telemetry: everything else is counted as it happens.
/// </summary>
internal sealed class FigureHistory(MetricsCollector metrics, TimeProvider time) : IHostedService, IDisposable
{
    /// <summary>How long a period is.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private const int Kept = 120;

    private readonly Lock _gate = new();
    private readonly Queue<FigureSample> _samples = new(Kept);
    private TaskCompletionSource<long> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _taken;
    private Totals _last;
    private ITimer? _timer;

    /// <summary>The samples, oldest first.</summary>
    public FigureSample[] Samples
    {
        get
        {
            lock (_gate) return [.. _samples];
        }
    }

    /// <summary>Waits for the next sample; how many have been taken by then.</summary>
    public Task<long> NextAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return _next.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = time.CreateTimer(static s => ((FigureHistory)s!).Take(), this, Period, Period);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void Take()
    {
        lock (_gate)
        {
            var now = new Totals(
                Sum("orchestration.workflow.started"),
                Count("orchestration.workflow.duration", FigureReader.WorkflowStatus, static _ => true),
                Count("orchestration.workflow.duration", FigureReader.WorkflowStatus,
                    static s => s is not ("Completed" or "ContinuedAsNew")),
                Count("orchestration.activity.execution.duration", FigureReader.Outcome, static _ => true),
                Count("orchestration.activity.execution.duration", FigureReader.Outcome, static o => o == "failed"));
            var periods = time.GetUtcNow().ToUnixTimeMilliseconds() / (long)Period.TotalMilliseconds;
            _samples.Enqueue(new FigureSample(
                periods * (long)Period.TotalSeconds, now.Started - _last.Started, now.Closed - _last.Closed,
                now.Failed - _last.Failed, now.Activities - _last.Activities, now.ActivityFailures - _last.ActivityFailures));
            if (_samples.Count > Kept) _samples.Dequeue();
            _last = now;
            _next.SetResult(++_taken);
            _next = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private long Sum(string name) => (long)(metrics.Find(name)?.Series.Sum(static s => s.Sum) ?? 0);

    private long Count(string name, string tag, Func<string?, bool> counts) =>
        metrics.Find(name)?.Series.Where(s => counts(s.Tags[tag])).Sum(static s => s.Count) ?? 0;

    private readonly record struct Totals(long Started, long Closed, long Failed, long Activities, long ActivityFailures);
}
