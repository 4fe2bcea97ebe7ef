using Npgsql;

namespace Orchestration.Storage.PostgreSql.Connections;

/// <summary>Statements off the hot path, on a given connection.</summary>
internal static class Commands
{
    public static Task RunAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values) =>
        CountAsync(connection, sql, cancellationToken, values);

    /// <summary>How many rows it wrote.</summary>
    public static async Task<int> CountAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        var command = Make(connection, sql, values);
        await using (command.ConfigureAwait(false))
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The first row; default where there is none.</summary>
    public static async Task<T?> RowAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken,
        params object[] values)
    {
        var command = Make(connection, sql, values);
        await using (command.ConfigureAwait(false))
        {
            var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (row.ConfigureAwait(false))
                return await row.ReadAsync(cancellationToken).ConfigureAwait(false) ? read(row) : default;
        }
    }

    private static NpgsqlCommand Make(NpgsqlConnection connection, string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
