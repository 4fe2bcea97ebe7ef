using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Benchmarks.Load.Workflows;
using Orchestration.Grains.Hosting;
using Orchestration.Storage.AzureStorage;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestration.Benchmarks.Load.Hosting;

/// <summary>
/// A silo's process: a silo, or several together, with the benchmark's workflows. Says <c>READY port</c> on standard output,
/// then obeys standard input: <c>gc</c> collects and answers, <c>requests</c> tells how many it has sent to a store that is paid
/// by the request, <c>stop</c> or the input's end shuts it down.
/// </summary>
internal static class SiloMain
{
    /// <summary>Runs the process.</summary>
    public static async Task<int> RunAsync(SiloArguments arguments)
    {
        Directory.CreateDirectory(arguments.Data);
        var silos = new List<IHost>();
        for (var i = 0; i < arguments.Count; i++)
        {
            silos.Add(Build(arguments));
            await silos[i].StartAsync();
        }

        var services = silos[0].Services;
        Console.WriteLine($"READY {services.GetRequiredService<ILocalSiloDetails>().GatewayAddress.Endpoint.Port}");
        await ObeyAsync(services);
        await Task.WhenAll(silos.Select(static silo => silo.StopAsync()));
        foreach (var silo in silos) silo.Dispose();
        return 0;
    }

    private static IHost Build(SiloArguments arguments)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddConsole(static o => o.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);
        LoadStore.AddTo(builder.Services, arguments.Store, arguments.Data, isShared: arguments.Cluster is not null);
        builder.Services.AddSingleton(new ExecutionLog(arguments.ExecutionLog));
        builder.UseOrleans(silo =>
        {
            if (arguments.Cluster is { } cluster)
            {
                silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (cluster, cluster));
                silo.ConfigureEndpoints(IPAddress.Loopback, SiloPorts.OrFree(0), SiloPorts.OrFree(arguments.Port));
                silo.UseStoreMembership();
            }
            else
            {
                silo.UseLocalhostClustering(siloPort: SiloPorts.OrFree(0), gatewayPort: SiloPorts.OrFree(arguments.Port));
            }

            if (LoadTls.Files is { } files) silo.UseTls(files.Open(silo.Services));
            silo.UseStoreReminders();
            silo.AddOrchestration(static o =>
            {
                o.AddWorkflowsFrom(typeof(SequenceWorkflow).Assembly).AddActivities<BenchmarkActivities>();
                o.MaximumConcurrentActivities = 100_000; // Those that hold do nothing but wait.
            });
        });
        return builder.Build();
    }

    private static async Task ObeyAsync(IServiceProvider services)
    {
        while (await Console.In.ReadLineAsync() is { } command && command != "stop")
        {
            if (command == "requests") Console.WriteLine($"REQUESTS {services.GetService<AzureStorageStores>()?.Requests ?? 0}");
            if (command != "gc") continue;
            for (var i = 0; i < 2; i++)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                GC.WaitForPendingFinalizers();
            }

            Console.WriteLine($"GC {GC.GetTotalMemory(forceFullCollection: false)}");
        }
    }
}
