using Npgsql;
using Orchestration.Storage.PostgreSql.Schema;

namespace Orchestration.Storage.PostgreSql.Writing.Statements;

/// <summary>Asks, along with writes, where the server's log ends: their commit proves that position to be durable.</summary>
internal sealed class MarkStatement : GroupStatement
{
    public MarkStatement() => Command.CommandText = $"SELECT {Standing.PositionSql}";

    /// <summary>Whether the group is to ask.</summary>
    public bool IsWanted { get; set; }

    /// <summary>What the server said.</summary>
    public long Position { get; private set; }

    public override bool IsEmpty => !IsWanted;

    public override async Task ReadAsync(NpgsqlDataReader row, CancellationToken cancellationToken)
    {
        await row.ReadAsync(cancellationToken).ConfigureAwait(false);
        Position = row.GetInt64(0);
    }
}
