using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql.Connections;

namespace Orchestration.Storage.PostgreSql.Writing;

/// <summary>
/// The end of a closed run, in a transaction of its own. The run's row goes first: its lock keeps appends of other silos off,
/// and the statements after it see all that was committed before.
/// </summary>
internal sealed class Purging(Database database)
{
    private readonly string _run =
        $"""
        DELETE FROM {database.Schema}.runs WHERE instance = $1 AND run = $2 AND state = {(int)RunState.Closed}
        RETURNING handle, latest
        """;

    private readonly string _turns = $"DELETE FROM {database.Schema}.turns WHERE handle = $1";
    private readonly string _heartbeats = $"DELETE FROM {database.Schema}.heartbeats WHERE handle = $1";

    private readonly string _latest =
        $"""
        UPDATE {database.Schema}.runs SET latest = true
        WHERE handle = (SELECT max(handle) FROM {database.Schema}.runs WHERE instance = $1)
        """;

    public async Task<bool> RunAsync(StoreKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await PurgeAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (Failures.IsOfConnection(e)) database.Clear();
            throw Failures.Shown(e);
        }
    }

    private async Task<bool> PurgeAsync(StoreKey key, CancellationToken cancellationToken)
    {
        var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var instance = Names.Of(key.Key);
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                var (handle, isLatest) = await Commands.RowAsync(
                    connection, _run, static row => (row.GetInt64(0), row.GetBoolean(1)), cancellationToken, instance,
                    key.RunId.Value)
                    .ConfigureAwait(false);
                if (handle == 0) return false;
                await Commands.RunAsync(connection, _turns, cancellationToken, handle).ConfigureAwait(false);
                await Commands.RunAsync(connection, _heartbeats, cancellationToken, handle).ConfigureAwait(false);
                if (isLatest) await Commands.RunAsync(connection, _latest, cancellationToken, instance).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                return true;
            }
        }
    }
}
