using System.Text.RegularExpressions;
using Npgsql;
using Orchestration.Storage.PostgreSql;
using Orchestration.Tests.Servers;

namespace Orchestration.PostgreSql.Tests.Server;

/// <summary>The roles of docs/postgresql.md, by its own statements, with other names: the owner's schema is named like the
/// owner, and passwords are "p".</summary>
internal static partial class Grants
{
    /// <summary>Makes the roles and the tables.</summary>
    public static async Task MakeAsync(PostgresServer server, string owner, string silo, Func<string, string>? change = null)
    {
        string Named(string sql) => (change?.Invoke(sql) ?? sql).Replace("orchestration_silo", silo)
            .Replace("orchestration_owner", owner).Replace("'...'", "'p'").Replace("SCHEMA orchestration", $"SCHEMA {owner}")
            .Replace("orchestration.", owner + ".");
        var blocks = SqlBlock().Matches(await File.ReadAllTextAsync(Document())).Select(m => Named(m.Groups[1].Value)).ToArray();
        Assert.Equal(2, blocks.Length);
        await server.QueryAsync(blocks[0]);
        await PostgreSqlStores.MigrateAsync(new() { ConnectionString = server.Address(owner, "p"), Schema = owner });
        await RunAsync(server, owner, blocks[1]);
    }

    /// <summary>Runs statements as a role.</summary>
    public static async Task RunAsync(PostgresServer server, string role, string sql)
    {
        await using var connection = new NpgsqlConnection(server.Address(role, "p") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string Document()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Orchestration.sln"))) directory = directory.Parent!;
        return Path.Combine(directory.FullName, "docs", "postgresql.md");
    }

    [GeneratedRegex("```sql\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex SqlBlock();
}
