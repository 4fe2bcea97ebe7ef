using Orchestration.Tests.Servers;
using Orchestration.Tests.Support;

namespace Orchestration.PostgreSql.Tests.Server;

/// <summary>Who waits for whom on a server.</summary>
internal static class ServerLocks
{
    /// <summary>Waits until so many statements on a schema wait for a lock.</summary>
    public static Task BlockedAsync(this PostgresServer server, string schema, int statements) => Eventually.EventuallyAsync(
        () => server.QueryAsync(
            $"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%{schema}.%'"),
        count => (long)count! == statements, "statements that wait for a lock");
}
