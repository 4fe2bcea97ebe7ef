using Orchestration.Providers.Tests.Tables;
using Orchestration.Silo.Tests;
using Orchestration.Tests.Servers;

namespace Orchestration.Providers.Tests;

/// <summary>What is wrong with Orleans' providers is said in one line, with what to do.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("providers-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Silo_UnknownProviders_NamesThoseThereAre()
    {
        var (code, _, error) = await RunAsync("other", "");
        Assert.Equal(2, code);
        Assert.Contains("'adonet'", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("adonet")]
    [InlineData("azure")]
    public async Task Silo_WithoutConnection_NamesTheOption(string providers) =>
        await RefusedAsync(providers, null, "--providers-connection");

    [Theory]
    [InlineData("adonet", "Host=127.0.0.1;Nonsense=1;Password=secret")]
    [InlineData("azure", "secret")]
    public async Task Silo_ConnectionIsNonsense_SaysSoWithoutRepeatingIt(string providers, string connection)
    {
        var error = await RefusedAsync(providers, connection, "--providers-connection", "cannot be read");
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silo_AdoNetTablesAreMissing_NamesTheScripts()
    {
        await using var server = await PostgresServer.StartNewAsync();
        await RefusedAsync("adonet", server.Address(), "PostgreSQL-Clustering.sql", "docs/orleans.md");
        await RefusedAsync(
            "adonet", server.Address(password: "wrong"), "password authentication failed", "--providers-connection");
    }

    [Fact]
    public async Task Silo_AdoNetScriptIsMissing_NamesTheScripts()
    {
        await using var provider = await AdoNetProvider.StartAsync();
        await using (var connection = new Npgsql.NpgsqlConnection(provider.Connection + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await using var command = new Npgsql.NpgsqlCommand(
                "DELETE FROM OrleansQuery WHERE QueryKey LIKE '%Reminder%'", connection);
            await command.ExecuteNonQueryAsync();
        }

        await RefusedAsync("adonet", provider.Connection, "PostgreSQL-Reminders.sql", "docs/orleans.md");
    }

    [Fact]
    public async Task Silo_AzureKeyIsWrong_SaysSo()
    {
        await using var server = await AzuriteServer.StartTablesAsync();
        await RefusedAsync(
            "azure", server.Address(key: Convert.ToBase64String(new byte[64])), "--providers-connection", "account and key");
    }

    [Theory]
    [InlineData("adonet", "Host=127.0.0.1;Port=1;Database=x;Username=x;Password=x")]
    [InlineData("azure",
        "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YWJj;TableEndpoint=http://127.0.0.1:1/a")]
    public async Task Silo_NobodyIsThere_SaysSo(string providers, string connection) =>
        await RefusedAsync(providers, connection, "--providers-connection", "cannot be reached");

    private async Task<string> RefusedAsync(string providers, string? connection, params string[] says)
    {
        var (code, output, error) = await RunAsync(providers, connection);
        Assert.True(code == 1, $"{code}: {error}\n{output}");
        Assert.Single(error.Trim().Split('\n'));
        Assert.All(says, words => Assert.Contains(words, error, StringComparison.Ordinal));
        return error;
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(string providers, string? connection)
    {
        string[] connected = connection is null ? [] : ["--providers-connection", connection];
        return SiloProcess.RunAsync(
        [
            "--data", Path.Combine(_directory.FullName, "data"), "--cluster", "dev", "--port", "0", "--http", "off",
            "--providers", providers, .. connected,
        ]);
    }
}
