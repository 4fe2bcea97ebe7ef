using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql.Connections;

namespace Orchestration.Storage.PostgreSql.Writing.Statements;

/// <summary>The values of summaries, a list a column.</summary>
internal sealed record SummaryColumns(
    List<short?> Status, List<short?> State, List<long?> WakeAt, List<long?> Due, List<long?> ClosedAt, List<string?> Detail)
{
    /// <summary>Sets them all from the row <c>i</c>.</summary>
    public const string Assignments =
        "status = i.status, state = i.state, wake_at = i.wake_at, due = i.due, closed_at = i.closed_at, detail = i.detail";

    /// <summary>The same, but leaves a row alone whose <c>i</c> has no summary.</summary>
    public const string AssignmentsWhereGiven =
        """
        status = coalesce(i.status, r.status), state = coalesce(i.state, r.state),
        wake_at = CASE WHEN i.status IS NULL THEN r.wake_at ELSE i.wake_at END,
        due = CASE WHEN i.status IS NULL THEN r.due ELSE i.due END,
        closed_at = CASE WHEN i.status IS NULL THEN r.closed_at ELSE i.closed_at END,
        detail = CASE WHEN i.status IS NULL THEN r.detail ELSE i.detail END
        """;

    /// <param name="summary">Null where a write changes none.</param>
    public void Add(RunSummary? summary)
    {
        Status.Add((short?)summary?.Status);
        State.Add((short?)summary?.State);
        WakeAt.Add(Columns.Milliseconds(summary?.WakeAt));
        Due.Add(summary is null ? null : Columns.Due(summary));
        ClosedAt.Add(Columns.Milliseconds(summary?.ClosedAt));
        Detail.Add(summary?.Detail);
    }
}
