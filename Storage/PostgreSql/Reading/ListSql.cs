using System.Text;
using Npgsql;
using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql.Connections;

namespace Orchestration.Storage.PostgreSql.Reading;

/// <summary>A page of a list: along the index of starts, from where the page before ended.</summary>
internal static class ListSql
{
    public static Task<ListPage> RunAsync(
        Database database, ListQuery query, ListCursor after, CancellationToken cancellationToken)
    {
        var sql = new StringBuilder(
            $"SELECT {Columns.OfRecord("r")} FROM {database.Schema}.runs r WHERE r.ns = $1 "
            + "AND (r.started_at, r.handle) < ($2, $3)");
        var values = new List<Func<NpgsqlParameter>>();
        void Add<T>(string? condition, T value)
        {
            values.Add(() => new NpgsqlParameter<T> { TypedValue = value });
            if (condition is not null) sql.Append(" AND ").AppendFormat(null, condition, values.Count);
        }

        Add(null, query.Namespace);
        Add(null, after.StartedAt);
        Add(null, after.Handle);
        if (query.WorkflowType is { } type) Add("r.type = ${0}", type);
        if (query.Status is { } status) Add("r.status = ${0}", (short)status);
        if (query.IdPrefix is { Length: > 0 } prefix) Add("starts_with(r.id, ${0})", prefix);
        if (query.StartedFrom is { } from) Add("r.started_at >= ${0}", Ceiling(from));
        if (query.StartedBefore is { } before) Add("r.started_at < ${0}", Ceiling(before));
        Add(null, query.PageSize + 1);
        sql.Append(null, $" ORDER BY r.started_at DESC, r.handle DESC LIMIT ${values.Count}");

        return database.RunAsync(
            sql.ToString(),
            p =>
            {
                foreach (var value in values) p.Add(value());
            },
            row => PageAsync(row, query.PageSize),
            isRead: true,
            cancellationToken);
    }

    private static async Task<ListPage> PageAsync(NpgsqlDataReader row, int size)
    {
        var runs = new List<RunRecord>();
        while (await row.ReadAsync().ConfigureAwait(false)) runs.Add(Columns.Record(row));
        if (runs.Count <= size) return new ListPage(runs, null);
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
