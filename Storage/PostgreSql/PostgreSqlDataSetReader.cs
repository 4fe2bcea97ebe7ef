using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Npgsql;
using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql.Connections;
using Orchestration.Workflows;

namespace Orchestration.Storage.PostgreSql;

/// <summary>Reads a schema from end to end, a page a statement.</summary>
internal sealed class PostgreSqlDataSetReader(Database database) : IDataSetReader
{
    private const int PageSize = 500;

    private readonly string _runs =
        $"SELECT {Columns.OfRecord("r")} FROM {database.Schema}.runs r WHERE r.handle > $1 ORDER BY r.handle LIMIT {PageSize}";

    private readonly string _heartbeats =
        $"""
        SELECT command, attempt, headers, details FROM {database.Schema}.heartbeats
        WHERE handle = (SELECT handle FROM {database.Schema}.runs WHERE instance = $1 AND run = $2) ORDER BY command
        """;

    private readonly string _states =
        $"SELECT kind, key, data, state_key FROM {database.Schema}.states WHERE state_key > $1 ORDER BY state_key "
        + $"LIMIT {PageSize}";

    public async IAsyncEnumerable<DataSetRun> ReadRunsAsync(
        string? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var last = after is null ? 0 : long.Parse(after, CultureInfo.InvariantCulture);
        while (true)
        {
            var page = await PageAsync(_runs, [Value(last)], static row => Columns.Record(row), cancellationToken)
                .ConfigureAwait(false);
            foreach (var run in page)
            {
                last = run.Handle;
                yield return new DataSetRun(run, last.ToString(CultureInfo.InvariantCulture));
            }

            if (page.Count < PageSize) yield break;
        }
    }

    public async ValueTask<IReadOnlyList<HeartbeatRecord>> ReadHeartbeatsAsync(
        StoreKey key, CancellationToken cancellationToken = default) =>
        await PageAsync(
            _heartbeats, [Value(Names.Of(key.Key)), Value(key.RunId.Value)],
            static row => new HeartbeatRecord(
                row.GetInt64(0), row.GetInt32(1),
                new Payload(
                    row.GetFieldValue<byte[]>(3),
                    Columns.Text(row, 2) is { } json ? JsonSerializer.Deserialize<Dictionary<string, string>>(json) : null)),
            cancellationToken).ConfigureAwait(false);

    public async IAsyncEnumerable<DataSetState> ReadStatesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var last = Guid.Empty;
        while (true)
        {
            var page = await PageAsync(
                _states, [Value(last)],
                static row => (
                    State: new DataSetState(row.GetString(0), row.GetString(1), row.GetFieldValue<byte[]>(2)),
                    Name: row.GetGuid(3)),
                cancellationToken).ConfigureAwait(false);
            foreach (var (state, _) in page) yield return state;
            if (page.Count < PageSize) yield break;
            last = page[^1].Name;
        }
    }

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };

    private Task<List<T>> PageAsync<T>(
        string sql, NpgsqlParameter[] values, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        database.RunAsync(
            sql,
            p =>
            {
                // A read may be tried twice; a parameter belongs to one command.
                foreach (var value in values) p.Add(value.Clone());
            },
            async row =>
            {
                var page = new List<T>();
                while (await row.ReadAsync().ConfigureAwait(false)) page.Add(read(row));
                return page;
            },
            isRead: true,
            cancellationToken);
}
