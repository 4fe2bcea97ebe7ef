using Npgsql;
using NpgsqlTypes;

namespace Orchestration.Storage.PostgreSql.Writing.Statements;

/// <summary>
/// Heartbeats of runs that are there; the lock keeps a run from being purged meanwhile, which would leave them behind.
/// </summary>
internal sealed class HeartbeatStatement : GroupStatement<HeartbeatOperation>
{
    private readonly List<long> _handles;
    private readonly List<Guid> _runs;
    private readonly List<long> _commands;
    private readonly List<int> _attempts;
    private readonly List<string?> _headers;
    private readonly List<ReadOnlyMemory<byte>> _details;

    public HeartbeatStatement(string schema)
    {
        _handles = Column<long>(NpgsqlDbType.Bigint);
        _runs = Column<Guid>(NpgsqlDbType.Uuid);
        _commands = Column<long>(NpgsqlDbType.Bigint);
        _attempts = Column<int>(NpgsqlDbType.Integer);
        _headers = Column<string?>(NpgsqlDbType.Text);
        _details = Column<ReadOnlyMemory<byte>>(NpgsqlDbType.Bytea);
        Command.CommandText =
            $"""
            WITH own AS (
                SELECT i.* FROM unnest($1, $2, $3, $4, $5, $6) WITH ORDINALITY
                    AS i(handle, run, command, attempt, headers, details, ordinal)
                JOIN {schema}.runs r ON r.handle = i.handle AND r.run = i.run FOR KEY SHARE OF r),
            written AS (
                INSERT INTO {schema}.heartbeats AS h (handle, command, attempt, headers, details)
                SELECT handle, command, attempt, headers, details FROM own
                ON CONFLICT (handle, command) DO UPDATE SET
                    attempt = excluded.attempt, headers = excluded.headers, details = excluded.details
                WHERE excluded.attempt >= h.attempt)
            SELECT ordinal FROM own
            """;
    }

    protected override void Bind(HeartbeatOperation operation)
    {
        _handles.Add(operation.Handle);
        _runs.Add(operation.Key.RunId.Value);
        _commands.Add(operation.Heartbeat.Command);
        _attempts.Add(operation.Heartbeat.Attempt);
        _headers.Add(operation.Headers);
        _details.Add(operation.Heartbeat.Details.Data);
    }

    protected override void Applied(HeartbeatOperation operation, NpgsqlDataReader row) => operation.Settle(true);
}
