using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Orchestration.PostgreSql.Tests.Server;
using Orchestration.Silo.Tests;
using Orchestration.Storage.Tests.Conformance;
using Orchestration.Workflows;

namespace Orchestration.PostgreSql.Tests.Silos;

/// <summary>The real executable over a database that is not as it should be: one line says what to do, and nothing is
/// harmed.</summary>
public sealed class StartTests() : StoreConformance(new PostgreSqlFixture()), IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("silo-pg-");

    private PostgreSqlFixture Own => (PostgreSqlFixture)Fixture;

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Silo_OverPostgreSql_StartsAndEndsInOrder()
    {
        using var silo = Start(Url());
        Assert.InRange(await silo.ReadyAsync(), 1, 65535);
        Assert.Equal(0, await silo.TerminateAsync());
    }

    [Fact]
    public Task Silo_NobodyListens_SaysSo() =>
        RefusedAsync(Url(port: 1), FaultCodes.StoreUnavailable, "127.0.0.1:1", "could not be reached", "--store");

    [Fact]
    public Task Silo_WrongPassword_SaysSoWithoutShowingIt() =>
        RefusedAsync(Url(password: "a-wrong-one"), FaultCodes.StoreUnfit, "does not let this user in");

    [Fact]
    public Task Silo_NoSuchDatabase_SaysSo() =>
        RefusedAsync(Url(database: "nowhere"), FaultCodes.StoreUnfit, "\"nowhere\" does not exist", "Create the database");

    [Fact]
    public Task Silo_AddressWithoutSense_SaysItsForm() =>
        RefusedAsync("postgres://x:a-wrong-one@", FaultCodes.StoreUnfit, "postgres://USER:PASSWORD@HOST");

    [Fact]
    public async Task Silo_NewerSchema_IsRefusedUntouched()
    {
        await Own.Server.QueryAsync($"INSERT INTO {Own.Schema}.schema_versions(version) VALUES (99)");
        await RefusedAsync(Url(), FaultCodes.StoreTooNew, "version 99");
        Assert.Equal(0L, await Own.Server.QueryAsync($"SELECT count(*) FROM {Own.Schema}.members"));
    }

    [Fact]
    public async Task Silo_RoleWithoutRights_NamesTheRight()
    {
        var role = Own.Schema[..20] + "_poor";
        await Own.Server.QueryAsync(
            $"CREATE ROLE {role} LOGIN PASSWORD 'p'; GRANT USAGE ON SCHEMA {Own.Schema} TO {role}; "
            + $"GRANT SELECT ON ALL TABLES IN SCHEMA {Own.Schema} TO {role}");
        await RefusedAsync(Url(user: role, password: "p"), FaultCodes.StoreUnfit, "INSERT ON members", "docs/postgresql.md");
    }

    [Fact]
    public async Task Silo_ReadOnlyReplica_SaysToNameThePrimary()
    {
        var role = Own.Schema[..20] + "_reader";
        await Own.Server.QueryAsync(
            $"CREATE ROLE {role} SUPERUSER LOGIN PASSWORD 'p'; ALTER ROLE {role} SET default_transaction_read_only = on");
        await RefusedAsync(Url(user: role, password: "p"), FaultCodes.StoreUnfit, "read-only", "Name the primary");
    }

    [Fact]
    public async Task Silo_PortInUse_LeavesNoMemberBehind()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var run = await SiloProcess.RunAsync(
            "--data", _directory.FullName, "--cluster", "dev", "--store", Url(), "--port", port);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"port {port} is in use", run.Error, StringComparison.Ordinal);
        Assert.Equal(0L, await Own.Server.QueryAsync($"SELECT count(*) FROM {Own.Schema}.members WHERE status = 3"));
    }

    [Fact]
    public async Task Silo_SecretIsMissing_SaysSo()
    {
        var file = Path.Combine(_directory.FullName, "secret");
        var run = await SiloProcess.RunAsync(
            "--data", _directory.FullName, "--cluster", "dev", "--store", Url(), "--port", "0", "--secret-file", file);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--secret-file", run.Error, StringComparison.Ordinal);
    }

    private SiloProcess Start(string url) => SiloProcess.Start(
        "--data", _directory.FullName, "--cluster", "dev", "--store", url, "--port", "0");

    private async Task RefusedAsync(string url, string code, params string[] says)
    {
        var run = await SiloProcess.RunAsync(
            "--data", _directory.FullName, "--cluster", "dev", "--store", url, "--port", "0");
        Assert.Equal(1, run.ExitCode);
        Assert.Single(run.Error.Trim().Split('\n'));
        foreach (var part in says) Assert.Contains(part, run.Error, StringComparison.Ordinal);
        Assert.Contains($"docs/errors/{code}.md", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("a-wrong-one", run.Error + run.Output, StringComparison.Ordinal);
    }

    private string Url(string? user = null, string? password = null, string? database = null, int? port = null)
    {
        var there = new NpgsqlConnectionStringBuilder(Own.Server.Address());
        return string.Create(
            CultureInfo.InvariantCulture,
            $"postgres://{user ?? there.Username}:{Uri.EscapeDataString(password ?? there.Password!)}@127.0.0.1:"
            + $"{port ?? there.Port}/"
            + $"{database ?? there.Database}?schema={Own.Schema}");
    }
}
