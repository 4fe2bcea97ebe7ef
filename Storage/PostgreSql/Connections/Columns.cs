using Npgsql;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.PostgreSql.Connections;

/// <summary>How values of the port lie in columns: times as Unix milliseconds, as in the embedded store.</summary>
internal static class Columns
{
    /// <summary>The columns that <see cref="Record"/> reads, of a table with that alias.</summary>
    public static string OfRecord(string alias) =>
        $"{alias}.handle, {alias}.ns, {alias}.id, {alias}.run, {alias}.type, {alias}.started_at, {alias}.status, {alias}.state, "
        + $"{alias}.wake_at, {alias}.closed_at, {alias}.wakes, {alias}.detail";

    public static long? Milliseconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    /// <summary>When the run is to be woken, as the index of due runs has it; null where no time will.</summary>
    public static long? Due(RunSummary summary) =>
        summary.State is RunState.Parked or RunState.Runnable or RunState.Stalled ? Milliseconds(summary.WakeAt) : null;

    public static RunRecord Record(NpgsqlDataReader row, int from = 0) => new(
        new StoreKey(
            new WorkflowKey(row.GetString(from + 1), new WorkflowId(row.GetString(from + 2))), new RunId(row.GetGuid(from + 3))),
        row.GetInt64(from),
        row.GetString(from + 4),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(from + 5)),
        new RunSummary(
            (WorkflowStatus)row.GetInt16(from + 6), (RunState)row.GetInt16(from + 7), Time(row, from + 8), Time(row, from + 9),
            Text(row, from + 11)),
        row.GetInt32(from + 10));

    public static DateTimeOffset? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
