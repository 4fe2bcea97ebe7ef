using System.Collections.Concurrent;
using Orchestration.Grains.Interfaces.Activities;

namespace Orchestration.Grains.Tests.Activities;

/// <summary>Runs that take reports as a test says, and remember them.</summary>
internal sealed class ScriptedRuns
{
    public ConcurrentQueue<ActivityReport[]> Calls { get; } = new();

    public ConcurrentQueue<ActivityReport> Acknowledged { get; } = new();

    /// <summary>What the next calls answer, before they answer "acknowledged".</summary>
    public ConcurrentQueue<Func<ActivityReport[], Task<ReportReply[]>>> Script { get; } = new();

    public IReadOnlyList<ActivityReport> Outcomes => [.. Acknowledged.Where(r => r.Kind != ActivityReportKind.Started)];

    public async Task<ReportReply[]> ReportAsync(ActivityReport[] reports)
    {
        Calls.Enqueue(reports);
        var replies = Script.TryDequeue(out var answer)
            ? await answer(reports)
            : Array.ConvertAll(reports, static _ => ReportReply.Acknowledged);
        for (var i = 0; i < reports.Length; i++)
            if (replies[i] == ReportReply.Acknowledged) Acknowledged.Enqueue(reports[i]);
        return replies;
    }
}
