using Npgsql;
using NpgsqlTypes;
using Orchestration.Grains.Storage;

namespace Orchestration.Storage.PostgreSql.Writing.Statements;

/// <summary>
/// Turns of runs that are there. The change of a run's sequence is the condition: a compare-and-set under the row's lock,
/// looked at again by the server where another silo held that lock; turns are written for those rows that it changed.
/// </summary>
internal sealed class AppendStatement : GroupStatement<AppendOperation>
{
    private readonly List<long> _handles;
    private readonly List<Guid> _runs;
    private readonly List<long> _expected;
    private readonly List<Guid> _activations;
    private readonly List<long> _numbers;
    private readonly List<int> _counts;
    private readonly List<short> _formats;
    private readonly List<ReadOnlyMemory<byte>> _bodies;
    private readonly List<int?> _wakes;
    private readonly SummaryColumns? _summaries;

    public AppendStatement(string schema, bool isSummarized)
    {
        _handles = Column<long>(NpgsqlDbType.Bigint);
        _runs = Column<Guid>(NpgsqlDbType.Uuid);
        _expected = Column<long>(NpgsqlDbType.Bigint);
        _activations = Column<Guid>(NpgsqlDbType.Uuid);
        _numbers = Column<long>(NpgsqlDbType.Bigint);
        _counts = Column<int>(NpgsqlDbType.Integer);
        _formats = Column<short>(NpgsqlDbType.Smallint);
        _bodies = Column<ReadOnlyMemory<byte>>(NpgsqlDbType.Bytea);
        _wakes = Column<int?>(NpgsqlDbType.Integer);
        if (isSummarized)
            _summaries = new SummaryColumns(
                Column<short?>(NpgsqlDbType.Smallint), Column<short?>(NpgsqlDbType.Smallint), Column<long?>(NpgsqlDbType.Bigint),
                Column<long?>(NpgsqlDbType.Bigint), Column<long?>(NpgsqlDbType.Bigint), Column<string?>(NpgsqlDbType.Text));
        Command.CommandText =
            $"""
            WITH moved AS (
                UPDATE {schema}.runs r SET sequence = i.expected + i.count, wakes = coalesce(i.wakes, r.wakes)
                    {(isSummarized ? ", " + SummaryColumns.AssignmentsWhereGiven : "")}
                FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9{(isSummarized ? ", $10, $11, $12, $13, $14, $15" : "")})
                    WITH ORDINALITY AS i(handle, run, expected, activation, number, count, format, body, wakes,
                    {(isSummarized ? "status, state, wake_at, due, closed_at, detail, " : "")}ordinal)
                WHERE r.handle = i.handle AND r.run = i.run AND r.sequence = i.expected
                RETURNING i.handle, i.expected, i.activation, i.number, i.count, i.format, i.body, i.ordinal),
            written AS (
                INSERT INTO {schema}.turns(handle, first, activation, number, count, format, body)
                SELECT handle, expected + 1, activation, number, count, format, body FROM moved)
            SELECT ordinal FROM moved
            """;
    }

    protected override void Bind(AppendOperation operation)
    {
        var request = operation.Request;
        _handles.Add(operation.Handle);
        _runs.Add(request.Key.RunId.Value);
        _expected.Add(request.ExpectedSequence);
        _activations.Add(request.TurnId.Activation);
        _numbers.Add(request.TurnId.Number);
        _counts.Add(request.EventCount);
        _formats.Add(request.Format);
        _bodies.Add(request.Body);
        _wakes.Add(request.Wakes);
        _summaries?.Add(request.Summary);
    }

    protected override void Applied(AppendOperation operation, NpgsqlDataReader row) =>
        operation.Settle(new AppendResult(AppendOutcome.Appended, operation.Handle));
}
