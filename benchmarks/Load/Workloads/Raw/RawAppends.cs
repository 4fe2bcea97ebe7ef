using Npgsql;
using NpgsqlTypes;
using Orchestration.Storage.PostgreSql;

namespace Orchestration.Benchmarks.Load.Workloads.Raw;

/// <summary>The driver alone: one connection, one prepared statement, arrays that are kept.</summary>
internal sealed class RawAppends : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _command;
    private readonly List<long> _handles = [], _expected = [], _numbers = [];
    private readonly List<Guid> _runs = [], _activations = [];
    private readonly List<int> _counts = [];
    private readonly List<short> _formats = [];
    private readonly List<byte[]> _bodies = [];

    private RawAppends(NpgsqlConnection connection, string schema)
    {
        _connection = connection;
        _command = new NpgsqlCommand(
            $"""
            WITH moved AS (
                UPDATE {schema}.runs r SET sequence = i.expected + i.count
                FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS i(handle, run, expected, activation, number, count, format, body)
                WHERE r.handle = i.handle AND r.run = i.run AND r.sequence = i.expected
                RETURNING i.*),
            written AS (
                INSERT INTO {schema}.turns(handle, first, activation, number, count, format, body)
                SELECT handle, expected + 1, activation, number, count, format, body FROM moved)
            SELECT handle FROM moved
            """, connection);
        Add(_handles, NpgsqlDbType.Bigint);
        Add(_runs, NpgsqlDbType.Uuid);
        Add(_expected, NpgsqlDbType.Bigint);
        Add(_activations, NpgsqlDbType.Uuid);
        Add(_numbers, NpgsqlDbType.Bigint);
        Add(_counts, NpgsqlDbType.Integer);
        Add(_formats, NpgsqlDbType.Smallint);
        Add(_bodies, NpgsqlDbType.Bytea);
    }

    public static async Task<RawAppends> OpenAsync(PostgreSqlStoreOptions options)
    {
        var connection = new NpgsqlConnection(options.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using (var command = new NpgsqlCommand(
            "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; "
            + "SET enable_mergejoin = off; SET enable_sort = off; SET jit = off", connection))
            await command.ExecuteNonQueryAsync();
        var appends = new RawAppends(connection, options.Schema);
        await appends._command.PrepareAsync();
        return appends;
    }

    /// <summary>Appends one turn to each run; how many were written.</summary>
    public async Task<int> WriteAsync(RawRun[] runs)
    {
        _handles.Clear();
        _runs.Clear();
        _expected.Clear();
        _activations.Clear();
        _numbers.Clear();
        _counts.Clear();
        _formats.Clear();
        _bodies.Clear();
        foreach (var run in runs)
        {
            _handles.Add(run.Handle);
            _runs.Add(run.Key.RunId.Value);
            _expected.Add(run.Sequence);
            _activations.Add(run.Key.RunId.Value);
            _numbers.Add(run.Sequence++);
            _counts.Add(1);
            _formats.Add(1);
            _bodies.Add(RawRun.Body);
        }

        var written = 0;
        await using var row = await _command.ExecuteReaderAsync();
        while (await row.ReadAsync()) written++;
        return written;
    }

    public async ValueTask DisposeAsync()
    {
        await _command.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private void Add<T>(List<T> values, NpgsqlDbType type) => _command.Parameters.Add(
        new NpgsqlParameter<List<T>> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });
}
