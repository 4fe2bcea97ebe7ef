using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql.Connections;

namespace Orchestration.Storage.PostgreSql.Writing.Statements;

/// <summary>The values of summaries, a list a column.</summary>
internal sealed record SummaryColumns(
    List<short> Status, List<short> State, List<long?> WakeAt, List<long?> Due, List<long?> ClosedAt, List<string?> Detail)
{
    /// <summary>Sets them all from the row <c>i</c>.</summary>
    public const string Assignments =
        "status = i.status, state = i.state, wake_at = i.wake_at, due = i.due, closed_at = i.closed_at, detail = i.detail";

    public void Add(RunSummary summary)
    {
        Status.Add((short)summary.Status);
        State.Add((short)summary.State);
        WakeAt.Add(Columns.Milliseconds(summary.WakeAt));
        Due.Add(Columns.Due(summary));
        ClosedAt.Add(Columns.Milliseconds(summary.ClosedAt));
        Detail.Add(summary.Detail);
    }
}
