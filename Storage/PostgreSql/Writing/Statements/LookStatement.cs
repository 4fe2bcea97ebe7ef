using Npgsql;
using NpgsqlTypes;
using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql.Connections;

namespace Orchestration.Storage.PostgreSql.Writing.Statements;

/// <summary>
/// Looks at what there is where a write did not apply: after the group's commit, so that it sees what stood in the way.
/// </summary>
internal sealed class LookStatement : GroupStatement<WriteOperation>
{
    private const int RecordFrom = 5;

    private readonly List<Guid> _instances;
    private readonly List<Guid> _runs;
    private readonly List<long> _firsts;

    public LookStatement(string schema)
    {
        _instances = Column<Guid>(NpgsqlDbType.Uuid);
        _runs = Column<Guid>(NpgsqlDbType.Uuid);
        _firsts = Column<long>(NpgsqlDbType.Bigint);
        Command.CommandText =
            $"""
            SELECT i.ordinal, s.handle, s.sequence, t.activation, t.number, {Columns.OfRecord("l")}
            FROM unnest($1, $2, $3) WITH ORDINALITY AS i(instance, run, first, ordinal)
            LEFT JOIN {schema}.runs s ON s.instance = i.instance AND s.run = i.run
            LEFT JOIN {schema}.turns t ON t.handle = s.handle AND t.first = i.first
            LEFT JOIN {schema}.runs l ON l.instance = i.instance AND l.latest
            """;
    }

    protected override void Bind(WriteOperation operation)
    {
        _instances.Add(Names.Of(operation.Key.Key));
        _runs.Add(operation.Key.RunId.Value);
        _firsts.Add(operation.First);
    }

    protected override void Applied(WriteOperation operation, NpgsqlDataReader row) => operation.Settle(new Found(
        row.IsDBNull(1) ? 0 : row.GetInt64(1),
        row.IsDBNull(2) ? 0 : row.GetInt64(2),
        row.IsDBNull(3) ? null : new TurnId(row.GetGuid(3), row.GetInt64(4)),
        row.IsDBNull(RecordFrom) ? null : Columns.Record(row, RecordFrom)));
}
