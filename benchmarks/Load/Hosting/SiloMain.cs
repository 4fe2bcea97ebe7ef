using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Benchmarks.Load.Workflows;
using Orchestration.Grains.Hosting;
using Orchestration.Storage.Sqlite;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestration.Benchmarks.Load.Hosting;

/// <summary>
/// The silo's process: an embedded silo over SQLite with the benchmark's workflows. Says <c>READY port</c> on standard output,
/// then obeys standard input: <c>gc</c> collects and answers, <c>stop</c> or the input's end shuts it down.
/// </summary>
internal static class SiloMain
{
    /// <summary>Runs the process: data directory, gateway port (0 = any), execution log ("-" = none).</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var (data, port, log) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture), args[2] == "-" ? null : args[2]);
        Directory.CreateDirectory(data);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddConsole(static o => o.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSqliteStorage(o => o.Path = Path.Combine(data, "orchestration.db"));
        builder.Services.AddSingleton(new ExecutionLog(log));
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort: SiloPorts.OrFree(0), gatewayPort: SiloPorts.OrFree(port));
            silo.UseStoreReminders();
            silo.AddOrchestration(static o => o
                .AddWorkflowsFrom(typeof(SequenceWorkflow).Assembly)
                .AddActivities<BenchmarkActivities>());
        });
        using var host = builder.Build();
        await host.StartAsync();
        var gateway = host.Services.GetRequiredService<ILocalSiloDetails>().GatewayAddress.Endpoint.Port;
        Console.WriteLine($"READY {gateway}");
        await ObeyAsync();
        await host.StopAsync();
        return 0;
    }

    private static async Task ObeyAsync()
    {
        while (await Console.In.ReadLineAsync() is { } command && command != "stop")
        {
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
