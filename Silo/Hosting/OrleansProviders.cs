#if ORLEANS
using System.Net.Sockets;
using Azure;
using Azure.Data.Tables;
using Npgsql;
using Orchestration.Grains.Hosting;
using Orchestration.Workflows;
using Orleans.Hosting;

namespace Orchestration.Silo.Hosting;

/// <summary>
/// Where Orleans keeps its membership and reminders: in the history store, or in one of Orleans' own providers. Workflow history
/// stays in the history store.
/// </summary>
internal static class OrleansProviders
{
    /// <summary>The history store, by the engine's own providers.</summary>
    public const string Store = "store";

    /// <summary>PostgreSQL, by Orleans' ADO.NET providers and in the tables that their scripts make.</summary>
    public const string AdoNet = "adonet";

    /// <summary>Azure tables, by Orleans' Azure Storage providers.</summary>
    public const string Azure = "azure";

    private const string Invariant = "Npgsql";

    private const string Scripts =
        "Run PostgreSQL-Main.sql, PostgreSQL-Clustering.sql and PostgreSQL-Reminders.sql of Orleans there (docs/orleans.md).";

    /// <summary>The silo's membership.</summary>
    public static void AddMembership(ISiloBuilder silo, SiloOptions options)
    {
        switch (options.Providers)
        {
            case AdoNet:
                var database = DatabaseOf(options);
                silo.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = (Invariant, database));
                break;
            case Azure:
                var tables = TablesOf(options);
                silo.UseAzureStorageClustering(o => o.TableServiceClient = tables);
                break;
            default:
                silo.UseStoreMembership();
                break;
        }
    }

    /// <summary>The silo's reminders.</summary>
    public static void AddReminders(ISiloBuilder silo, SiloOptions options)
    {
        switch (options.Providers)
        {
            case AdoNet:
                var database = DatabaseOf(options);
                silo.UseAdoNetReminderService(o => (o.Invariant, o.ConnectionString) = (Invariant, database));
                break;
            case Azure:
                var tables = TablesOf(options);
                silo.UseAzureTableReminderService(o => o.TableServiceClient = tables);
                break;
            default:
                silo.UseStoreReminders();
                break;
        }
    }

    /// <summary>Looks whether the service lets this silo in: the provider itself tries for minutes, and in silence.</summary>
    public static async Task CheckAsync(SiloOptions options, CancellationToken cancellationToken)
    {
        if (options.Providers != Azure) return;
        var settings = new TableClientOptions { Retry = { MaxRetries = 2, Delay = TimeSpan.FromMilliseconds(200) } };
        await foreach (var _ in new TableServiceClient(ConnectionOf(options), settings)
            .QueryAsync(maxPerPage: 1, cancellationToken: cancellationToken)) break;
    }

    /// <summary>What is wrong with the providers, and what to do; null for what is not theirs.</summary>
    public static string? Explain(Exception error, SiloOptions options) => options.Providers == Store ? null : error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable } =>
            $"the database of --providers-connection has no tables of Orleans. {Scripts}",
        ArgumentException { Message: var said } when said.Contains("required queries", StringComparison.Ordinal) =>
            $"the database of --providers-connection has not all that Orleans needs. {Scripts}",
        PostgresException refused =>
            $"the database of --providers-connection refuses: {refused.MessageText}. Correct the connection string, or the role.",
        NpgsqlException =>
            "the database of --providers-connection cannot be reached. Check host and port, and that it runs.",
        RequestFailedException { Status: 401 or 403 } refused =>
            $"the table service of --providers-connection refuses ({refused.ErrorCode}). Check account and key, and the right to "
            + "make and write tables.",
        RequestFailedException { Status: 0 } or SocketException =>
            "the service of --providers-connection cannot be reached. Check the endpoint, and that it runs.",
        RequestFailedException refused =>
            $"the table service of --providers-connection does not carry it out: {refused.Status} {refused.ErrorCode}.",
        _ => null,
    };

    private static string DatabaseOf(SiloOptions options)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(ConnectionOf(options)).ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw Unreadable("Host=db;Database=orleans;Username=...;Password=...");
        }
    }

    private static TableServiceClient TablesOf(SiloOptions options)
    {
        try
        {
            return new TableServiceClient(ConnectionOf(options));
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException)
        {
            throw Unreadable("DefaultEndpointsProtocol=https;AccountName=...;AccountKey=...");
        }
    }

    // Neither the string nor the driver's message is repeated: a password may stand there.
    private static InvalidRequest Unreadable(string form) =>
        new($"the string of --providers-connection cannot be read; its form is {form}.");

    private static string ConnectionOf(SiloOptions options) => options.ProvidersConnection ?? throw new InvalidRequest(
        $"--providers {options.Providers} needs --providers-connection, or the environment variable "
        + $"{SiloOptions.ProvidersConnectionVariable}.");
}
#endif
