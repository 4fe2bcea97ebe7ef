using Npgsql;
using NpgsqlTypes;

namespace Orchestration.Storage.PostgreSql.Writing.Statements;

/// <summary>Wakes, counted.</summary>
internal sealed class WakeStatement : GroupStatement<WakeOperation>
{
    private readonly List<long> _handles;
    private readonly List<Guid> _runs;

    public WakeStatement(string schema)
    {
        _handles = Column<long>(NpgsqlDbType.Bigint);
        _runs = Column<Guid>(NpgsqlDbType.Uuid);
        Command.CommandText =
            $"""
            UPDATE {schema}.runs r SET wakes = r.wakes + 1
            FROM unnest($1, $2) WITH ORDINALITY AS i(handle, run, ordinal)
            WHERE r.handle = i.handle AND r.run = i.run
            RETURNING i.ordinal, r.wakes
            """;
    }

    protected override void Bind(WakeOperation operation)
    {
        _handles.Add(operation.Handle);
        _runs.Add(operation.Key.RunId.Value);
    }

    protected override void Applied(WakeOperation operation, NpgsqlDataReader row) => operation.Settle((int?)row.GetInt32(1));
}
