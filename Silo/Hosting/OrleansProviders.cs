#if ORLEANS
using Azure.Data.Tables;
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

    private const string Npgsql = "Npgsql";

    /// <summary>The silo's membership.</summary>
    public static void AddMembership(ISiloBuilder silo, SiloOptions options)
    {
        switch (options.Providers)
        {
            case AdoNet:
                silo.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = (Npgsql, ConnectionOf(options)));
                break;
            case Azure:
                silo.UseAzureStorageClustering(o => o.TableServiceClient = new TableServiceClient(ConnectionOf(options)));
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
                silo.UseAdoNetReminderService(o => (o.Invariant, o.ConnectionString) = (Npgsql, ConnectionOf(options)));
                break;
            case Azure:
                silo.UseAzureTableReminderService(o => o.TableServiceClient = new TableServiceClient(ConnectionOf(options)));
                break;
            default:
                silo.UseStoreReminders();
                break;
        }
    }

    private static string ConnectionOf(SiloOptions options) => options.ProvidersConnection ?? throw new InvalidRequest(
        $"--providers {options.Providers} needs --providers-connection, or the environment variable "
        + $"{SiloOptions.ProvidersConnectionVariable}.");
}
#endif
