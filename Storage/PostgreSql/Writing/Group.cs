using Npgsql;
using Orchestration.Storage.PostgreSql.Writing.Statements;

namespace Orchestration.Storage.PostgreSql.Writing;

/// <summary>
/// The writes that one transaction carries out: a statement for each kind that occurs, all in one message to the server, which
/// commits at its end. At most one write of an instance is in a group, since a statement sees each row once.
/// </summary>
internal sealed class Group
{
    private readonly GroupStatement[] _statements;
    private readonly List<GroupStatement> _used = [];
    private readonly AppendStatement _plainAppends;
    private readonly AppendStatement _summarizedAppends;
    private readonly LookStatement _look;

    public Group(string schema)
    {
        Starts = new StartStatement(schema);
        Appends = _plainAppends = new AppendStatement(schema, isSummarized: false);
        _summarizedAppends = new AppendStatement(schema, isSummarized: true);
        Summaries = new SummaryStatement(schema);
        Wakes = new WakeStatement(schema);
        Heartbeats = new HeartbeatStatement(schema);
        _look = new LookStatement(schema);
        _statements = [Starts, _plainAppends, _summarizedAppends, Summaries, Wakes, Heartbeats, Mark];
    }

    public StartStatement Starts { get; }

    /// <summary>
    /// All appends of this group. A statement is begun and ended at the server whatever its rows, so that where some appends
    /// change their summaries the others go with them.
    /// </summary>
    public AppendStatement Appends { get; private set; }

    public SummaryStatement Summaries { get; }

    public WakeStatement Wakes { get; }

    public HeartbeatStatement Heartbeats { get; }

    public MarkStatement Mark { get; } = new();

    /// <summary>
    /// Carries the writes out and commits. Those that applied are settled once this has returned, and not before: the end of the
    /// answer is read, which the server sends after its commit.
    /// </summary>
    public async Task CommitAsync(
        NpgsqlBatch batch, IReadOnlyList<WriteOperation> operations, CancellationToken cancellationToken)
    {
        foreach (var statement in _statements) statement.Clear();
        Appends = operations.Any(static o => o is AppendOperation { Request.Summary: not null })
            ? _summarizedAppends : _plainAppends;
        foreach (var operation in operations) operation.AddTo(this);
        _used.Clear();
        foreach (var statement in _statements)
            if (!statement.IsEmpty) _used.Add(statement);
        await RunAsync(batch, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks at what there is of those that did not apply, and settles them by it as far as that can be.</summary>
    public async Task LookAsync(NpgsqlBatch batch, IReadOnlyList<WriteOperation> operations, CancellationToken cancellationToken)
    {
        _look.Clear();
        foreach (var operation in operations) _look.Add(operation);
        _used.Clear();
        _used.Add(_look);
        await RunAsync(batch, cancellationToken).ConfigureAwait(false);
    }

    private async Task RunAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        batch.BatchCommands.Clear();
        foreach (var statement in _used) batch.BatchCommands.Add(statement.Command);
        var row = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (row.ConfigureAwait(false))
        {
            var next = 0;
            do
            {
                await _used[next++].ReadAsync(row, cancellationToken).ConfigureAwait(false);
            }
            while (await row.NextResultAsync(cancellationToken).ConfigureAwait(false));
        }
    }
}
