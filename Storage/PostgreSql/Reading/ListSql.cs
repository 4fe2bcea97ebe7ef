using System.Text;
using Npgsql;
using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql.Connections;
using Orchestration.Workflows;

namespace Orchestration.Storage.PostgreSql.Reading;

/// <summary>
/// Lists and counts of runs: along the index of starts or of ends, or the one of types, open runs or runs in trouble, as
/// the server sees fit.
/// </summary>
internal sealed class ListSql
{
    private readonly StringBuilder _conditions = new("r.ns = $1");
    private readonly List<Func<NpgsqlParameter>> _values = [];

    private ListSql(ListQuery query)
    {
        Add(null, query.Namespace);
        if (query.WorkflowType is { } type) Add("r.type = ${0}", type);

        // The status stands in the text, since only so can the indexes of some statuses be used.
        if (query.Status is { } status) _conditions.Append(null, $" AND r.status = {(int)status}");
        if (query.Status == WorkflowStatus.Running) _conditions.Append(" AND r.closed_at IS NULL");
        if (query.IdPrefix is { Length: > 0 } prefix)
        {
            Add("r.id >= ${0}", prefix);
            if (ListPlans.EndOf(prefix) is { } end) Add("r.id < ${0}", end);
        }

        if (query.StartedFrom is { } from) Add("r.started_at >= ${0}", Ceiling(from));
        if (query.StartedBefore is { } before) Add("r.started_at < ${0}", Ceiling(before));
        if (query.IsByEnd) _conditions.Append(" AND r.closed_at IS NOT NULL");
        if (query.ClosedFrom is { } closedFrom) Add("r.closed_at >= ${0}", Ceiling(closedFrom));
        if (query.ClosedBefore is { } closedBefore) Add("r.closed_at < ${0}", Ceiling(closedBefore));
    }

    public static Task<ListPage> RunAsync(
        Database database, ListQuery query, ListCursor after, CancellationToken cancellationToken)
    {
        var list = new ListSql(query);
        var time = query.IsByEnd ? "r.closed_at" : "r.started_at";
        list.Add($"({time}, r.handle) < (${{0}}, ", after.Time);
        list.Add(null, after.Handle);
        list._conditions.Append(null, $"${list._values.Count})");
        list.Add(null, query.PageSize + 1);
        return database.RunAsync(
            $"SELECT {Columns.OfRecord("r")} FROM {database.Schema}.runs r WHERE {list._conditions} "
            + $"ORDER BY {time} DESC, r.handle DESC LIMIT ${list._values.Count}",
            list.Bind,
            row => PageAsync(row, query),
            isRead: true,
            cancellationToken);
    }

    public static Task<IReadOnlyList<RunCount>> CountAsync(
        Database database, ListQuery query, CancellationToken cancellationToken)
    {
        var list = new ListSql(query);
        return database.RunAsync(
            $"SELECT r.type, r.status, count(*) FROM {database.Schema}.runs r WHERE {list._conditions} GROUP BY r.type, r.status "
            + "ORDER BY r.type, r.status",
            list.Bind,
            CountsAsync,
            isRead: true,
            cancellationToken);
    }

    /// <summary>The namespaces, each found by a step along the index from the one before.</summary>
    public static Task<IReadOnlyList<string>> NamespacesAsync(Database database, CancellationToken cancellationToken) =>
        database.RunAsync(
            $"""
            WITH RECURSIVE names AS (
                (SELECT ns FROM {database.Schema}.runs ORDER BY ns LIMIT 1)
                UNION ALL
                SELECT (SELECT r.ns FROM {database.Schema}.runs r WHERE r.ns > n.ns ORDER BY r.ns LIMIT 1)
                FROM names n WHERE n.ns IS NOT NULL)
            SELECT ns FROM names WHERE ns IS NOT NULL
            """,
            static _ => { },
            static async row =>
            {
                var names = new List<string>();
                while (await row.ReadAsync().ConfigureAwait(false)) names.Add(row.GetString(0));
                return (IReadOnlyList<string>)names;
            },
            isRead: true,
            cancellationToken);

    private void Add<T>(string? condition, T value)
    {
        _values.Add(() => new NpgsqlParameter<T> { TypedValue = value });
        if (condition is not null) _conditions.Append(" AND ").AppendFormat(null, condition, _values.Count);
    }

    private void Bind(NpgsqlParameterCollection parameters)
    {
        foreach (var value in _values) parameters.Add(value());
    }

    private static async Task<ListPage> PageAsync(NpgsqlDataReader row, ListQuery query)
    {
        var runs = new List<RunRecord>();
        while (await row.ReadAsync().ConfigureAwait(false)) runs.Add(Columns.Record(row));
        return ListPage.Of(query, runs);
    }

    private static async Task<IReadOnlyList<RunCount>> CountsAsync(NpgsqlDataReader row)
    {
        var counts = new List<RunCount>();
        while (await row.ReadAsync().ConfigureAwait(false))
            counts.Add(new RunCount(row.GetString(0), (WorkflowStatus)row.GetInt16(1), row.GetInt64(2)));
        return counts;
    }

    /// <summary>Times are kept in whole milliseconds: what is from a time on begins at the next whole one.</summary>
    private static long Ceiling(DateTimeOffset time)
    {
        var milliseconds = time.ToUnixTimeMilliseconds();
        return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) < time ? milliseconds + 1 : milliseconds;
    }
}
