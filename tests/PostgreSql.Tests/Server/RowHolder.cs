using Npgsql;
using Orchestration.Tests.Servers;

namespace Orchestration.PostgreSql.Tests.Server;

/// <summary>A transaction that has changed something and is not committed yet: others wait for it.</summary>
public sealed class RowHolder : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private RowHolder(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        _connection = connection;
        _transaction = transaction;
    }

    public static async Task<RowHolder> HoldAsync(PostgresServer server, string sql)
    {
        var connection = new NpgsqlConnection(server.Address() + ";Pooling=false");
        await connection.OpenAsync();
        var holder = new RowHolder(connection, await connection.BeginTransactionAsync());
        await holder.RunAsync(sql);
        return holder;
    }

    public async Task RunAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection, _transaction);
        await command.ExecuteNonQueryAsync();
    }

    public Task CommitAsync() => _transaction.CommitAsync();

    /// <summary>Undoes it, unless it was committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
