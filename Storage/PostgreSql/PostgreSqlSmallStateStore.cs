using Npgsql;
using NpgsqlTypes;
using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql.Connections;

namespace Orchestration.Storage.PostgreSql;

/// <summary>
/// Small state in the database; each write a statement of its own. A write whose answer was lost fails, its outcome unknown: the
/// caller reads what is there.
/// </summary>
internal sealed class PostgreSqlSmallStateStore(Database database) : ISmallStateStore
{
    private readonly string _read = $"SELECT data, etag FROM {database.Schema}.states WHERE state_key = $1";

    private readonly string _insert =
        $"INSERT INTO {database.Schema}.states(state_key, etag, kind, key, data) VALUES ($1, $2, $3, $4, $5) "
        + "ON CONFLICT DO NOTHING";

    private readonly string _update =
        $"UPDATE {database.Schema}.states SET etag = $2, data = $3 WHERE state_key = $1 AND etag = $4";

    private readonly string _delete = $"DELETE FROM {database.Schema}.states WHERE state_key = $1 AND etag = $2";

    private readonly string _there = $"SELECT 1 FROM {database.Schema}.states WHERE state_key = $1";

    public ValueTask<SmallState?> ReadAsync(string kind, string key, CancellationToken cancellationToken = default) =>
        new(database.RunAsync(
            _read,
            p => p.Add(Value(Names.Of(kind, key))),
            static async row => await row.ReadAsync().ConfigureAwait(false)
                ? new SmallState(row.GetFieldValue<byte[]>(0), row.GetString(1))
                : null,
            isRead: true,
            cancellationToken));

    public async ValueTask<string?> WriteAsync(
        string kind, string key, string? etag, ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        var next = Guid.NewGuid().ToString("N");
        var written = etag is null
            ? await WriteAsync(
                _insert, [Value(Names.Of(kind, key)), Value(next), Value(kind), Value(key), Bytes(data)], cancellationToken)
                .ConfigureAwait(false)
            : await WriteAsync(
                _update, [Value(Names.Of(kind, key)), Value(next), Bytes(data), Value(etag)], cancellationToken)
                .ConfigureAwait(false);
        return written ? next : null;
    }

    public async ValueTask<bool> ClearAsync(
        string kind, string key, string? etag, CancellationToken cancellationToken = default)
    {
        if (etag is not null)
            return await WriteAsync(_delete, [Value(Names.Of(kind, key)), Value(etag)], cancellationToken).ConfigureAwait(false);
        return await database.RunAsync(
            _there, p => p.Add(Value(Names.Of(kind, key))),
            static async row => !await row.ReadAsync().ConfigureAwait(false), isRead: true, cancellationToken)
            .ConfigureAwait(false);
    }

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };

    private static NpgsqlParameter<ReadOnlyMemory<byte>> Bytes(ReadOnlyMemory<byte> value) =>
        new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bytea };

    private Task<bool> WriteAsync(string sql, NpgsqlParameter[] values, CancellationToken cancellationToken) =>
        database.RunAsync(
            sql, p => p.AddRange(values), static row => Task.FromResult(row.RecordsAffected == 1), isRead: false,
            cancellationToken);
}
