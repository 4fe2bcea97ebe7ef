using Npgsql;
using NpgsqlTypes;

namespace Orchestration.Storage.PostgreSql.Writing;

/// <summary>
/// One statement that carries out any number of writes of a kind: their values go in as arrays, one a column, and the numbers of
/// those that applied come out. Lists, parameters and the prepared statement are kept from group to group.
/// </summary>
internal abstract class GroupStatement
{
    private readonly List<Action> _clear = [];

    /// <summary>The statement with its arrays.</summary>
    public NpgsqlBatchCommand Command { get; } = new();

    /// <summary>Whether there is nothing for it to do.</summary>
    public abstract bool IsEmpty { get; }

    /// <summary>Empties it for the next group.</summary>
    public virtual void Clear()
    {
        foreach (var clear in _clear) clear();
    }

    /// <summary>Keeps the answers, such as of those writes that applied, for when the group is durable.</summary>
    public abstract Task ReadAsync(NpgsqlDataReader row, CancellationToken cancellationToken);

    /// <summary>Adds an array parameter and returns the list that fills it.</summary>
    protected List<T> Column<T>(NpgsqlDbType type)
    {
        var values = new List<T>();
        Command.Parameters.Add(new NpgsqlParameter<List<T>> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });
        _clear.Add(values.Clear);
        return values;
    }
}

/// <inheritdoc/>
internal abstract class GroupStatement<T> : GroupStatement
    where T : WriteOperation
{
    private readonly List<T> _operations = [];

    public sealed override bool IsEmpty => _operations.Count == 0;

    public void Add(T operation)
    {
        _operations.Add(operation);
        Bind(operation);
    }

    public sealed override void Clear()
    {
        base.Clear();
        _operations.Clear();
    }

    public sealed override async Task ReadAsync(NpgsqlDataReader row, CancellationToken cancellationToken)
    {
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            Applied(_operations[(int)row.GetInt64(0) - 1], row);
    }

    protected abstract void Bind(T operation);

    protected abstract void Applied(T operation, NpgsqlDataReader row);
}
