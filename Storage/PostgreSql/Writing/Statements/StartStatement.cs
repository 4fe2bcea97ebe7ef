using Npgsql;
using NpgsqlTypes;
using Orchestration.Grains.Storage;

namespace Orchestration.Storage.PostgreSql.Writing.Statements;

/// <summary>
/// First turns. The unique index of latest runs is the condition: where the instance has one, nothing is written, unless it
/// is the named previous one and has ended, which then gives up its place under its row's lock.
/// </summary>
internal sealed class StartStatement : GroupStatement<StartOperation>
{
    private readonly List<Guid> _instances;
    private readonly List<Guid> _runs;
    private readonly List<Guid?> _previous;
    private readonly List<long> _started;
    private readonly List<short> _shards;
    private readonly List<string> _namespaces;
    private readonly List<string> _ids;
    private readonly List<string> _types;
    private readonly List<Guid> _activations;
    private readonly List<long> _numbers;
    private readonly List<int> _counts;
    private readonly List<short> _formats;
    private readonly List<ReadOnlyMemory<byte>> _bodies;
    private readonly List<int> _wakes;
    private readonly SummaryColumns _summaries;

    public StartStatement(string schema)
    {
        _instances = Column<Guid>(NpgsqlDbType.Uuid);
        _runs = Column<Guid>(NpgsqlDbType.Uuid);
        _previous = Column<Guid?>(NpgsqlDbType.Uuid);
        _started = Column<long>(NpgsqlDbType.Bigint);
        _shards = Column<short>(NpgsqlDbType.Smallint);
        _namespaces = Column<string>(NpgsqlDbType.Text);
        _ids = Column<string>(NpgsqlDbType.Text);
        _types = Column<string>(NpgsqlDbType.Text);
        _activations = Column<Guid>(NpgsqlDbType.Uuid);
        _numbers = Column<long>(NpgsqlDbType.Bigint);
        _counts = Column<int>(NpgsqlDbType.Integer);
        _formats = Column<short>(NpgsqlDbType.Smallint);
        _bodies = Column<ReadOnlyMemory<byte>>(NpgsqlDbType.Bytea);
        _wakes = Column<int>(NpgsqlDbType.Integer);
        _summaries = new SummaryColumns(
            Column<short?>(NpgsqlDbType.Smallint), Column<short?>(NpgsqlDbType.Smallint), Column<long?>(NpgsqlDbType.Bigint),
            Column<long?>(NpgsqlDbType.Bigint), Column<long?>(NpgsqlDbType.Bigint), Column<string?>(NpgsqlDbType.Text));
        Command.CommandText =
            $"""
            WITH i AS MATERIALIZED (
                SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
                    WITH ORDINALITY AS u(instance, run, previous, started_at, shard, ns, id, type, activation, number, count,
                    format, body, wakes, status, state, wake_at, due, closed_at, detail, ordinal)),
            ended AS (
                UPDATE {schema}.runs r SET latest = false, state = {(int)RunState.Closed}, due = NULL,
                    wake_at = CASE WHEN r.state = {(int)RunState.Closed} THEN r.wake_at END
                FROM i
                WHERE i.previous IS NOT NULL AND r.instance = i.instance AND r.latest AND r.run = i.previous
                    AND r.closed_at IS NOT NULL
                    AND NOT EXISTS (SELECT FROM {schema}.runs x WHERE x.instance = i.instance AND x.run = i.run)
                RETURNING i.ordinal),
            started AS (
                INSERT INTO {schema}.runs(instance, run, previous, sequence, started_at, wake_at, due, closed_at, wakes, shard,
                    status, state, latest, ns, id, type, detail)
                SELECT i.instance, i.run, i.previous, i.count, i.started_at, i.wake_at, i.due, i.closed_at, i.wakes, i.shard,
                    i.status, i.state, true, i.ns, i.id, i.type, i.detail
                FROM i LEFT JOIN ended e ON e.ordinal = i.ordinal WHERE i.previous IS NULL OR e.ordinal IS NOT NULL
                ON CONFLICT DO NOTHING RETURNING handle, instance),
            written AS (
                INSERT INTO {schema}.turns(handle, first, activation, number, count, format, body)
                SELECT s.handle, 1, i.activation, i.number, i.count, i.format, i.body
                FROM started s JOIN i ON i.instance = s.instance)
            SELECT i.ordinal, s.handle FROM started s JOIN i ON i.instance = s.instance
            """;
    }

    protected override void Bind(StartOperation operation)
    {
        var request = operation.Request;
        var header = request.Header!;
        _instances.Add(operation.Instance);
        _runs.Add(request.Key.RunId.Value);
        _previous.Add(header.Previous?.Value);
        _started.Add(header.StartedAt.ToUnixTimeMilliseconds());
        _shards.Add((short)header.Shard);
        _namespaces.Add(request.Key.Key.Namespace);
        _ids.Add(request.Key.Key.Id.Value);
        _types.Add(header.WorkflowType);
        _activations.Add(request.TurnId.Activation);
        _numbers.Add(request.TurnId.Number);
        _counts.Add(request.EventCount);
        _formats.Add(request.Format);
        _bodies.Add(request.Body);
        _wakes.Add(0);
        _summaries.Add(request.Summary!);
    }

    protected override void Applied(StartOperation operation, NpgsqlDataReader row) =>
        operation.Settle(new AppendResult(AppendOutcome.Appended, row.GetInt64(1)));
}
