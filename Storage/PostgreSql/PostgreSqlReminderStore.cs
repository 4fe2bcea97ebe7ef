using Npgsql;
using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql.Connections;

namespace Orchestration.Storage.PostgreSql;

/// <summary>
/// Reminders in the database; each write a statement of its own. A write whose answer was lost fails, its outcome unknown.
/// </summary>
internal sealed class PostgreSqlReminderStore(Database database) : IReminderStore
{
    private readonly string _select = $"SELECT grain, hash, name, start_at, period, etag FROM {database.Schema}.reminders WHERE ";

    private readonly string _upsert =
        $"""
        INSERT INTO {database.Schema}.reminders(grain_key, name_key, hash, start_at, period, etag, grain, name)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (grain_key, name_key) DO UPDATE SET
            hash = excluded.hash, start_at = excluded.start_at, period = excluded.period, etag = excluded.etag
        """;

    private readonly string _delete =
        $"DELETE FROM {database.Schema}.reminders WHERE grain_key = $1 AND name_key = $2 AND etag = $3";

    private readonly string _clear = $"DELETE FROM {database.Schema}.reminders";

    public ValueTask<IReadOnlyList<ReminderRow>> ReadRangeAsync(
        uint begin, uint end, CancellationToken cancellationToken = default) =>
        RowsAsync(begin < end ? "hash > $1 AND hash <= $2" : "(hash > $1 OR hash <= $2)", [Value((long)begin), Value((long)end)],
            cancellationToken);

    public ValueTask<IReadOnlyList<ReminderRow>> ReadGrainAsync(string grainId, CancellationToken cancellationToken = default) =>
        RowsAsync("grain_key = $1", [Value(Names.Of(grainId))], cancellationToken);

    public async ValueTask<ReminderRow?> ReadAsync(string grainId, string name, CancellationToken cancellationToken = default)
    {
        var rows = await RowsAsync(
            "grain_key = $1 AND name_key = $2", [Value(Names.Of(grainId)), Value(Names.Of(name))], cancellationToken)
            .ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0];
    }

    public async ValueTask<string> UpsertAsync(ReminderRow row, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        var tag = Guid.NewGuid().ToString("N");
        await WriteAsync(
            _upsert,
            [
                Value(Names.Of(row.GrainId)), Value(Names.Of(row.Name)), Value((long)row.GrainHash),
                Value(row.StartAt.ToUnixTimeMilliseconds()), Value((long)row.Period.TotalMilliseconds), Value(tag),
                Value(row.GrainId), Value(row.Name),
            ],
            cancellationToken).ConfigureAwait(false);
        return tag;
    }

    public async ValueTask<bool> RemoveAsync(
        string grainId, string name, string etag, CancellationToken cancellationToken = default) =>
        await WriteAsync(_delete, [Value(Names.Of(grainId)), Value(Names.Of(name)), Value(etag)], cancellationToken)
            .ConfigureAwait(false) == 1;

    public async ValueTask ClearAsync(CancellationToken cancellationToken = default) =>
        await WriteAsync(_clear, [], cancellationToken).ConfigureAwait(false);

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };

    private Task<int> WriteAsync(string sql, NpgsqlParameter[] values, CancellationToken cancellationToken) =>
        database.RunAsync(
            sql, p => p.AddRange(values), static row => Task.FromResult(row.RecordsAffected), isRead: false, cancellationToken);

    private ValueTask<IReadOnlyList<ReminderRow>> RowsAsync(
        string condition, NpgsqlParameter[] values, CancellationToken cancellationToken) =>
        new(database.RunAsync<IReadOnlyList<ReminderRow>>(
            _select + condition,
            p =>
            {
                // A read may be tried twice; a parameter belongs to one command.
                foreach (var value in values) p.Add(value.Clone());
            },
            static async row =>
            {
                var rows = new List<ReminderRow>();
                while (await row.ReadAsync().ConfigureAwait(false))
                {
                    rows.Add(new ReminderRow(
                        row.GetString(0), (uint)row.GetInt64(1), row.GetString(2),
                        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)), TimeSpan.FromMilliseconds(row.GetInt64(4)),
                        row.GetString(5)));
                }

                return rows;
            },
            isRead: true,
            cancellationToken));
}
