using Npgsql;
using NpgsqlTypes;

namespace Orchestration.Storage.PostgreSql.Writing.Statements;

/// <summary>Summaries without events, each on the condition of its run's sequence.</summary>
internal sealed class SummaryStatement : GroupStatement<SummaryOperation>
{
    private readonly List<long> _handles;
    private readonly List<Guid> _runs;
    private readonly List<long> _expected;
    private readonly List<int?> _wakes;
    private readonly SummaryColumns _summaries;

    public SummaryStatement(string schema)
    {
        _handles = Column<long>(NpgsqlDbType.Bigint);
        _runs = Column<Guid>(NpgsqlDbType.Uuid);
        _expected = Column<long>(NpgsqlDbType.Bigint);
        _wakes = Column<int?>(NpgsqlDbType.Integer);
        _summaries = new SummaryColumns(
            Column<short?>(NpgsqlDbType.Smallint), Column<short?>(NpgsqlDbType.Smallint), Column<long?>(NpgsqlDbType.Bigint),
            Column<long?>(NpgsqlDbType.Bigint), Column<long?>(NpgsqlDbType.Bigint), Column<string?>(NpgsqlDbType.Text));
        Command.CommandText =
            $"""
            UPDATE {schema}.runs r SET wakes = coalesce(i.wakes, r.wakes), {SummaryColumns.Assignments}
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) WITH ORDINALITY
                AS i(handle, run, expected, wakes, status, state, wake_at, due, closed_at, detail, ordinal)
            WHERE r.handle = i.handle AND r.run = i.run AND r.sequence = i.expected
            RETURNING i.ordinal
            """;
    }

    protected override void Bind(SummaryOperation operation)
    {
        _handles.Add(operation.Handle);
        _runs.Add(operation.Key.RunId.Value);
        _expected.Add(operation.ExpectedSequence);
        _wakes.Add(operation.Wakes);
        _summaries.Add(operation.Summary);
    }

    protected override void Applied(SummaryOperation operation, NpgsqlDataReader row) => operation.Settle(true);
}
