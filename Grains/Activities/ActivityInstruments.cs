using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orchestration.Grains.Activities.Remote;

namespace Orchestration.Grains.Activities;

/// <summary>What the activity host measures. No instrument carries an id.</summary>
internal sealed class ActivityInstruments
{
    /// <summary>The name of the meter and of the source of spans.</summary>
    public const string Name = "Orchestration.Activities";

    private readonly Histogram<double> _duration;
    private readonly Counter<long> _repeatedReports;
    private long _reports;
    private long _reportCalls;

    /// <summary>Makes the instruments.</summary>
    public ActivityInstruments(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(Name);
        _duration = meter.CreateHistogram<double>("orchestration.activity.execution.duration", "s",
            "How long attempts ran, by activity and outcome.");
        _repeatedReports = meter.CreateCounter<long>("orchestration.activity.report.repeated", "{report}",
            "Outcomes that had to be reported again.");
        meter.CreateObservableCounter("orchestration.activity.reports", () => Interlocked.Read(ref _reports), "{report}",
            "Outcomes that were reported.");
        meter.CreateObservableCounter("orchestration.activity.report.calls", () => Interlocked.Read(ref _reportCalls), "{call}",
            "Calls that reported them: many go in one where many end at once.");
        meter.CreateObservableUpDownCounter("orchestration.activity.running", () => ByType(
            [.. Slots?.Running() ?? [], .. Remote?.Running() ?? []]), "{attempt}", "Attempts that run, by activity.");
        meter.CreateObservableUpDownCounter("orchestration.activity.waiting", () => ByType(
            [.. Slots?.Waiting() ?? [], .. Remote?.Waiting() ?? []]), "{attempt}",
            "Attempts that wait for a slot, or for a worker, by activity.");
    }

    /// <summary>The spans of attempts.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary>The slots that are observed.</summary>
    public AttemptSlots? Slots { get; set; }

    /// <summary>The attempts of outside workers that are observed.</summary>
    public RemoteAttempts? Remote { get; set; }

    /// <summary>An attempt has its outcome.</summary>
    public void Ended(string activityType, string outcome, TimeSpan duration)
    {
        if (!_duration.Enabled) return;
        _duration.Record(
            duration.TotalSeconds, new KeyValuePair<string, object?>("orchestration.activity.type", activityType),
            new KeyValuePair<string, object?>("orchestration.outcome", outcome));
    }

    private static IEnumerable<Measurement<int>> ByType(IReadOnlyList<ActivityAttempt> attempts) =>
        attempts.CountBy(static a => a.Task.ActivityType).Select(static c => new Measurement<int>(
            c.Value, new KeyValuePair<string, object?>("orchestration.activity.type", c.Key)));

    /// <summary>Outcomes go out in one call. Each attempt comes by here, so it is only counted.</summary>
    public void Reporting(int count)
    {
        Interlocked.Add(ref _reports, count);
        Interlocked.Increment(ref _reportCalls);
    }

    /// <summary>Outcomes have to go out again.</summary>
    public void Repeated(int count) => _repeatedReports.Add(count);
}
