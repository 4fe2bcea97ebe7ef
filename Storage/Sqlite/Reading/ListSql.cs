using System.Text;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Native;

namespace Orchestration.Storage.Sqlite.Reading;

/// <summary>A page of a list: along the index of starts, from where the page before ended.</summary>
internal static class ListSql
{
    public static ListPage Run(ReadSession session, ListQuery query, ListCursor after)
    {
        var sql = new StringBuilder($"SELECT {Columns.OfRecord} FROM runs WHERE ns=?1 AND (started_at, handle)<(?2, ?3)");
        if (query.WorkflowType is not null) sql.Append(" AND type=?4");
        if (query.Status is not null) sql.Append(" AND status=?5");
        if (query.IdPrefix is { Length: > 0 }) sql.Append(" AND id>=?6 AND substr(id, 1, length(?6))=?6");
        if (query.StartedFrom is not null) sql.Append(" AND started_at>=?7");
        if (query.StartedBefore is not null) sql.Append(" AND started_at<?8");
        sql.Append(" ORDER BY started_at DESC, handle DESC LIMIT ?9");

        var row = session.Statement(sql.ToString());
        row.Bind(1, query.Namespace).Bind(2, after.StartedAt).Bind(3, after.Handle);
        if (query.WorkflowType is not null) row.Bind(4, query.WorkflowType);
        if (query.Status is { } status) row.Bind(5, (long)status);
        if (query.IdPrefix is { Length: > 0 } prefix) row.Bind(6, prefix);
        if (query.StartedFrom is { } from) row.Bind(7, Ceiling(from));
        if (query.StartedBefore is { } before) row.Bind(8, Ceiling(before));
        row.Bind(9, query.PageSize + 1);

        var runs = new List<RunRecord>();
        while (row.Step()) runs.Add(Columns.Record(row));
        if (runs.Count <= query.PageSize) return new ListPage(runs, null);
        runs.RemoveAt(runs.Count - 1);
        return new ListPage(runs, new ListCursor(runs[^1].StartedAt.ToUnixTimeMilliseconds(), runs[^1].Handle).ToString());
    }

    /// <summary>Starts are kept in whole milliseconds: those from a time on begin at the next whole one.</summary>
    private static long Ceiling(DateTimeOffset time)
    {
        var milliseconds = time.ToUnixTimeMilliseconds();
        return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) < time ? milliseconds + 1 : milliseconds;
    }
}
