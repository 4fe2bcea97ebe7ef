using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Interfaces.Recovery;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Storage;
using Orchestration.Silo.Api.Hosting;
using Orchestration.Silo.Api.Model;
using Orchestration.Silo.Api.Security;
using Orchestration.Silo.Api.Values;
using Orchestration.Workflows;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orchestration.Silo.Api.Endpoints;

/// <summary>The silos, the shards, and whether all is well.</summary>
internal static class ClusterEndpoints
{
    private static readonly TimeSpan ShardPatience = TimeSpan.FromSeconds(5);

    /// <summary>Adds what is below <c>/api/v1</c>.</summary>
    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/info", InfoAsync).Named("getInfo", "What this silo is, and what it hosts.").Answers<InfoModel>();
        group.MapGet("/workflow-types/{type}", TypeAsync)
            .Named("describeWorkflowType", "The messages that a workflow type takes; 404 where this silo does not host it.")
            .Answers<WorkflowTypeModel>();
        group.MapGet("/namespaces", NamespacesAsync)
            .Named("listNamespaces", "The namespaces that have workflows.").Answers<NamespacesModel>();
        group.MapGet("/cluster/silos", SilosAsync).Named("listSilos", "The silos of the cluster.").Answers<SilosModel>();
        group.MapGet("/cluster/shards", ShardsAsync)
            .Named("listShards", "The 256 parts of the id space, and who looks after each.").Answers<ShardsModel>();
        group.MapGet("/cluster/health", HealthAsync)
            .Named("getHealth", "Whether this silo takes work, and why not: 200 or 503.").Answers<HealthModel>()
                .Answers<HealthModel>(503);
    }

    /// <summary>Adds what whoever looks after the process asks; needs no key and tells nothing but yes or no.</summary>
    public static void MapProbes(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", static (HttpContext http) => http.Response.WriteAsync("live\n"))
            .WithMetadata(OpenToAll.Mark).ExcludeFromDescription();
        routes.MapGet("/health/ready", ReadyAsync).WithMetadata(OpenToAll.Mark).ExcludeFromDescription();
    }

    private static Task InfoAsync(
        HttpContext http, ILocalSiloDetails local, IOptions<ClusterOptions> cluster, WorkflowCatalog workflows,
        IOptions<OrchestrationOptions> options) => ApiAnswers.SendTaggedAsync(
        http,
        new InfoModel
        {
            Version = typeof(ClusterEndpoints).Assembly.GetName().Version?.ToString(3) ?? "",
            Silo = local.SiloAddress.ToParsableString(),
            Cluster = cluster.Value.ClusterId,
            WorkflowTypes = [.. workflows.Names.Order(StringComparer.Ordinal)],
            ActivityTypes = [.. options.Value.ActivityTypes.Select(static t => t.Name).Order(StringComparer.Ordinal)],
            MaximumPayloadBytes = options.Value.MaximumPayloadBytes,
        },
        ApiJson.Default.InfoModel);

    private static Task TypeAsync(HttpContext http, string type, WorkflowCatalog workflows)
    {
        ApiArguments.Only(http);
        if (!workflows.TryGet(type, out var definition)) throw new UnknownWorkflowType(type, workflows.Hosted);
        return ApiAnswers.SendTaggedAsync(
            http,
            new WorkflowTypeModel
            {
                Type = type,
                Versions = workflows.VersionsOf(type),
                Signals = Handlers(definition.Signals),
                Updates = Handlers(definition.Updates),
                Queries = Handlers(definition.Queries),
            },
            ApiJson.Default.WorkflowTypeModel);
    }

    private static List<HandlerModel> Handlers(IReadOnlyDictionary<string, string> parameters) =>
        [.. parameters.Select(static p => new HandlerModel(p.Key, p.Key + p.Value))];

    private static async Task NamespacesAsync(HttpContext http, IHistoryStore store)
    {
        ApiArguments.Only(http);
        var names = await store.NamespacesAsync(http.RequestAborted);
        await ApiAnswers.SendTaggedAsync(http, new NamespacesModel(names), ApiJson.Default.NamespacesModel);
    }

    private static Task SilosAsync(HttpContext http, IClusterMembershipService membership, ILocalSiloDetails local)
    {
        ApiArguments.Only(http);
        return ApiAnswers.SendTaggedAsync(
            http,
            new SilosModel([.. membership.CurrentSnapshot.Members.Values.OrderBy(static m => m.SiloAddress).Select(m =>
                new SiloModel
            {
                Silo = m.SiloAddress.ToParsableString(),
                Name = m.Name,
                Status = JsonNamingPolicy.CamelCase.ConvertName(m.Status.ToString()),
                IsLocal = m.SiloAddress.Equals(local.SiloAddress),
            })]),
            ApiJson.Default.SilosModel);
    }

    private static async Task ShardsAsync(HttpContext http, IGrainFactory grains, IHistoryStore store)
    {
        ApiArguments.Only(http);
        var shards = await Task.WhenAll(
            Enumerable.Range(0, store.ShardCount).Select(n => AskAsync(grains, n, http.RequestAborted)));
        await ApiAnswers.SendAsync(http, new ShardsModel(shards), ApiJson.Default.ShardsModel);
    }

    private static async Task<ShardModel> AskAsync(IGrainFactory grains, int number, CancellationToken aborted)
    {
        try
        {
            var shard = await grains.GetGrain<IShardGrain>(number.ToString(CultureInfo.InvariantCulture)).DescribeAsync()
                .WaitAsync(ShardPatience, aborted);
            return new ShardModel
            {
                Shard = number, Silo = shard.Silo, Held = shard.Held, Waking = shard.Waking, NextDue = shard.NextDue,
                IsRecovering = shard.IsRecovering,
            };
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            return new ShardModel { Shard = number }; // shown as one that does not answer
        }
    }

    private static async Task HealthAsync(HttpContext http, ReadinessCheck readiness)
    {
        ApiArguments.Only(http);
        var health = await readiness.CheckAsync(http.RequestAborted);
        await ApiAnswers.SendAsync(http, health, ApiJson.Default.HealthModel, health.IsReady ? 200 : 503);
    }

    private static async Task ReadyAsync(HttpContext http, ReadinessCheck readiness)
    {
        var health = await readiness.CheckAsync(http.RequestAborted);
        http.Response.StatusCode = health.IsReady ? 200 : 503;
        http.Response.ContentType = "text/plain";
        await http.Response.WriteAsync(health.IsReady ? "ready\n" : "not ready\n");
    }
}
