using Orchestration.Grains.Hosting;
using Orchestration.Workflows;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orchestration.Silo.Hosting;

/// <summary>The cluster that the command line names, or none.</summary>
internal static class SiloCluster
{
#if !ORLEANS
    /// <summary>The configuration key under which the runtime looks for the cluster's secret.</summary>
    public const string SecretKey = "Orchestration:Peers:ClusterSecret";
#endif

    /// <summary>Places the silo: by itself, or among those that list themselves in its store under the cluster's id.</summary>
    public static void Configure(ISiloBuilder silo, IConfiguration configuration, SiloOptions options)
    {
        if (options.Cluster is not { } cluster)
        {
            silo.UseLocalhostClustering(siloPort: SiloPorts.OrFree(0), gatewayPort: SiloPorts.OrFree(options.Port));
            return;
        }

#if ORLEANS
        if (options.SecretFile is not null)
            throw new InvalidRequest(
                "Orleans knows no cluster secret: use --tls-certificate and --tls-ca instead of --secret-file.");
#else
        if (options.SecretFile is { } file) configuration[SecretKey] = SecretOf(file);
#endif
        silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (cluster, cluster));
        silo.ConfigureEndpoints(options.Address,
            SiloPorts.OrFree(options.SiloPort, options.Address), SiloPorts.OrFree(options.Port, options.Address));
        silo.Configure<ClusterMembershipOptions>(o => o.MaxJoinAttemptTime = options.JoinTimeout);
#if ORLEANS
        OrleansProviders.AddMembership(silo, options);
#else
        silo.UseStoreMembership();
#endif
    }

    /// <summary>The reminders, which outlive silos.</summary>
    public static void AddReminders(ISiloBuilder silo, SiloOptions options)
    {
#if ORLEANS
        OrleansProviders.AddReminders(silo, options);
#else
        silo.UseStoreReminders();
#endif
    }

#if !ORLEANS
    private static string SecretOf(FileInfo file)
    {
        string secret;
        try
        {
            secret = File.ReadAllText(file.FullName).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidRequest($"the cluster's secret cannot be read ({e.Message}); name a file with --secret-file.", e);
        }

        return secret.Length > 0
            ? secret
            : throw new InvalidRequest($"{file.FullName} is empty; put the secret there that the other silos have.");
    }
#endif
}
