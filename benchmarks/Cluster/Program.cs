using System.Text.Json.Nodes;
using Orchestration.Benchmarks.Cluster;

if (ClusterOptions.Parse(args, Console.Error) is not { } options) return 2;
foreach (var name in options.Workloads)
{
    IAsyncEnumerable<JsonObject> lines = name switch
    {
        "scale" => ScaleWorkload.RunAsync(options),
        "balance" => BalanceWorkload.RunAsync(options),
        "churn" => ChurnWorkload.RunAsync(options),
        _ => LossWorkload.RunAsync(options),
    };
    await foreach (var line in lines) Console.WriteLine(line.ToJsonString());
}

return 0;
