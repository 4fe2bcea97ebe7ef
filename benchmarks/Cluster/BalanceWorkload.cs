using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestration.Benchmarks.Load.Measuring;
using Orchestration.Client;

namespace Orchestration.Benchmarks.Cluster;

/// <summary>How evenly workflows lie: each holds one attempt, on the silo that holds it.</summary>
internal static class BalanceWorkload
{
    public static async IAsyncEnumerable<JsonObject> RunAsync(ClusterOptions options)
    {
        foreach (var count in options.Silos.Where(static silos => silos > 1))
        {
            await using var store = new BenchStore(options);
            var silos = new List<(BenchSilo Silo, Holds Holds)>();
            for (var i = 0; i < count; i++)
            {
                var holds = new Holds(options.Runs);
                silos.Add((await BenchSilo.StartAsync(store, add: services => Hold(services, options, holds)), holds));
            }

            using var client = await BenchSilo.ConnectAsync(store);
            var workflows = client.Services.GetRequiredService<IWorkflowClient>();
            await Parallel.ForAsync(0, options.Runs, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (n, cancel) =>
                await workflows.GetWorkflow<HeldWorkflow>($"order-{n}").StartAsync(n, cancellationToken: cancel));
            while (silos.Sum(static s => s.Holds.BegunOnce) < options.Runs) await Task.Delay(20);
            var most = silos.Max(static s => s.Holds.BegunOnce);
            foreach (var (_, holds) in silos) holds.Release();
            yield return new JsonObject
            {
                ["workload"] = "balance",
                ["silos"] = count,
                ["workflows"] = options.Runs,
                ["busiest"] = most,
                ["ratio"] = Json.Round(most * (double)count / options.Runs, 3),
            };
            await client.StopAsync();
            foreach (var (silo, _) in silos) await silo.DisposeAsync();
        }
    }

    /// <summary>A silo with room for all attempts, so that none goes elsewhere.</summary>
    public static void Hold(IServiceCollection services, ClusterOptions options, Holds holds)
    {
        services.AddSingleton(holds);
        services.Configure<Grains.Hosting.OrchestrationOptions>(o =>
        {
            o.MaximumConcurrentActivities = options.Runs;
            o.MaximumPendingStarts = options.Runs;
        });
    }
}
