using System.CommandLine;
using Orchestration.Cli.Output;

namespace Orchestration.Cli.Commands;

/// <summary><c>orchestration cluster ...</c></summary>
internal static class ClusterCommands
{
    /// <summary>Makes them.</summary>
    public static Command Make(GlobalOptions options) => new("cluster", "Looks at the silos.")
    {
        Leaf.Make(options, "silos", "The silos, and how load is spread.", async (context, cancellationToken) =>
        {
            var metrics = await context.Api.GetAsync("api/v1/cluster/metrics", cancellationToken);
            foreach (var silo in metrics.Items("silos")) context.Printer.Raw(silo);
            context.Printer.Table(
                ["SILO", "NAME", "STATUS", "VERSION", "SINCE", "CPU S", "MEMORY MB", "WORKFLOWS", "RUNNING", "WAITING"],
                metrics.Items("silos").Select(static s => (IReadOnlyList<string>)
                [
                    s.Text("silo"), s.Text("name"), s.Text("hasAnswered") == "yes" ? s.Text("status") : s.Text("status")
                        + ", silent",
                    s.Text("version"), s.Time("startedAt"), $"{s.Field("cpuSeconds")?.GetDouble() ?? 0:0}",
                    $"{(s.Field("memoryBytes")?.GetInt64() ?? 0) >> 20}", s.Text("workflowsInMemory"),
                        s.Text("runningActivities"),
                    s.Text("waitingActivities"),
                ]));
        }),
        Leaf.Make(options, "shards", "The 256 parts of the id space, and who looks after each.", async (context,
            cancellationToken) =>
        {
            var shards = await context.Api.GetAsync("api/v1/cluster/shards", cancellationToken);
            foreach (var shard in shards.Items("shards")) context.Printer.Raw(shard);
            context.Printer.Table(
                ["SHARD", "SILO", "HELD", "WAKING", "NEXT DUE", "RECOVERING"],
                shards.Items("shards").Select(static s => (IReadOnlyList<string>)
                [
                    s.Text("shard"), s.Field("silo") is null ? "no answer" : s.Text("silo"), s.Text("held"), s.Text("waking"),
                    s.Time("nextDue"), s.Text("isRecovering"),
                ]));
        }),
        Leaf.Make(options, "health", "Whether the silo takes work, and why not; 5 where it does not.", async (context,
            cancellationToken) =>
        {
            var health = await context.Api.GetHealthAsync(cancellationToken);
            context.Printer.Raw(health);
            context.Printer.Table(
                ["CHECK", "HEALTHY", "DETAIL"],
                health.Items("checks").Select(static c => (IReadOnlyList<string>)[c.Text("name"), c.Text("isHealthy"),
                    c.Text("detail")]));
            return health.Text("isReady") == "yes" ? ExitCodes.Done : ExitCodes.Unavailable;
        }),
    };
}
