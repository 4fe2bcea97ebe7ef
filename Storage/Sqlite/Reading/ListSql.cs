using System.Text;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Workflows;

namespace Orchestration.Storage.Sqlite.Reading;

/// <summary>
/// Lists and counts of runs. A list goes along an index that is in its order (of starts, or of ends) and, where there is one,
/// narrowed to what is asked for; only what is rare (a prefix of ids, runs in trouble that ended then) is looked up, and sorted.
/// </summary>
internal static class ListSql
{
    /// <summary>Up to so many runs with a prefix are sorted; of more, a page is soon full along the starts.</summary>
    private const int FewRuns = 2000;

    /// <summary>The condition of the index of runs in trouble, word for word: only then is it used.</summary>
    private static readonly string Trouble =
        $"status NOT IN ({string.Join(", ", ListPlans.Ordinary.Select(static s => (int)s))})";

    public static ListPage Run(ReadSession session, ListQuery query, ListCursor after)
    {
        var sql = new StringBuilder($"SELECT {Columns.OfRecord} FROM runs INDEXED BY {IndexFor(session, query)}");
        var time = query.IsByEnd ? "closed_at" : "started_at";
        sql.Append(null, $" WHERE ns=?1 AND ({time}, handle)<(?2, ?3)");
        AddConditions(sql, query);
        sql.Append(null, $" ORDER BY {time} DESC, handle DESC LIMIT ?9");

        var row = session.Statement(sql.ToString());
        row.Bind(2, after.Time).Bind(3, after.Handle).Bind(9, query.PageSize + 1);
        BindConditions(row, query);

        var runs = new List<RunRecord>();
        while (row.Step()) runs.Add(Columns.Record(row));
        return ListPage.Of(query, runs);
    }

    public static IReadOnlyList<RunCount> Count(ReadSession session, ListQuery query)
    {
        var sql = new StringBuilder($"SELECT type, status, count(*) FROM runs INDEXED BY {IndexFor(session, query)} WHERE ns=?1");
        AddConditions(sql, query);
        sql.Append(" GROUP BY type, status ORDER BY type, status");
        var row = session.Statement(sql.ToString());
        BindConditions(row, query);
        var counts = new List<RunCount>();
        while (row.Step()) counts.Add(new RunCount(row.Text(0), (WorkflowStatus)row.Int32(1), row.Int64(2)));
        return counts;
    }

    /// <summary>The namespaces, each found by a step along the index from the one before.</summary>
    public static IReadOnlyList<string> Namespaces(ReadSession session)
    {
        var found = new List<string>();
        while (true)
        {
            var row = session.Statement("SELECT min(ns) FROM runs WHERE ns>?1").Bind(1, found.Count == 0 ? "" : found[^1]);
            row.Step();
            var next = row.NullableText(0);
            row.Reset();
            if (next is null) return found;
            found.Add(next);
        }
    }

    private static string IndexFor(ReadSession session, ListQuery query)
    {
        if (query.IdPrefix is { Length: > 0 } prefix && IsRare(session, query.Namespace, prefix)) return "runs_by_instance";
        if (ListPlans.AsksForTrouble(query)) return "runs_in_trouble";
        if (query.Status == WorkflowStatus.Running) return "runs_open";
        if (query.IsByEnd) return "runs_closed";
        return query.WorkflowType is not null ? "runs_by_type" : "runs_by_start";
    }

    private static bool IsRare(ReadSession session, string ns, string prefix)
    {
        var end = ListPlans.EndOf(prefix);
        var row = session.Statement(
            "SELECT count(*) FROM (SELECT 1 FROM runs INDEXED BY runs_by_instance WHERE ns=?1 AND id>=?2"
            + (end is null ? "" : " AND id<?3") + $" LIMIT {FewRuns + 1})");
        row.Bind(1, ns).Bind(2, prefix);
        if (end is not null) row.Bind(3, end);
        row.Step();
        var isRare = row.Int64(0) <= FewRuns;
        row.Reset();
        return isRare;
    }

    // The status stands in the text, since only so can the indexes of some statuses be used.
    private static void AddConditions(StringBuilder sql, ListQuery query)
    {
        if (query.WorkflowType is not null) sql.Append(" AND type=?4");
        if (query.Status is { } status) sql.Append(null, $" AND status={(int)status}");
        if (ListPlans.AsksForTrouble(query)) sql.Append(" AND ").Append(Trouble);
        if (query.Status == WorkflowStatus.Running) sql.Append(" AND closed_at IS NULL");
        if (query.IdPrefix is { Length: > 0 } prefix)
            sql.Append(" AND id>=?6").Append(ListPlans.EndOf(prefix) is null ? "" : " AND id<?5");
        if (query.StartedFrom is not null) sql.Append(" AND started_at>=?7");
        if (query.StartedBefore is not null) sql.Append(" AND started_at<?8");
        if (query.IsByEnd) sql.Append(" AND closed_at IS NOT NULL");
        if (query.ClosedFrom is not null) sql.Append(" AND closed_at>=?10");
        if (query.ClosedBefore is not null) sql.Append(" AND closed_at<?11");
    }

    private static void BindConditions(Statement row, ListQuery query)
    {
        row.Bind(1, query.Namespace);
        if (query.WorkflowType is not null) row.Bind(4, query.WorkflowType);
        if (query.IdPrefix is { Length: > 0 } prefix)
        {
            row.Bind(6, prefix);
            if (ListPlans.EndOf(prefix) is { } end) row.Bind(5, end);
        }

        if (query.StartedFrom is { } from) row.Bind(7, Ceiling(from));
        if (query.StartedBefore is { } before) row.Bind(8, Ceiling(before));
        if (query.ClosedFrom is { } closedFrom) row.Bind(10, Ceiling(closedFrom));
        if (query.ClosedBefore is { } closedBefore) row.Bind(11, Ceiling(closedBefore));
    }

    /// <summary>Times are kept in whole milliseconds: what is from a time on begins at the next whole one.</summary>
    private static long Ceiling(DateTimeOffset time)
    {
        var milliseconds = time.ToUnixTimeMilliseconds();
        return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) < time ? milliseconds + 1 : milliseconds;
    }
}
