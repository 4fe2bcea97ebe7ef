namespace Orchestration.Silo.Tests.Api;

public sealed class ClusterApiTests(ApiSilo silo) : IClassFixture<ApiSilo>
{
    [Fact]
    public async Task Cluster_OneSilo_TellsOfItsPartsAndHealth()
    {
        var silos = await silo.GetAsync("/api/v1/cluster/silos");
        var local = Assert.Single(silos.Json["silos"]!.AsArray())!;
        Assert.Equal(("active", true), ((string)local["status"]!, (bool)local["isLocal"]!));
        var shards = await silo.GetAsync("/api/v1/cluster/shards");
        Assert.Equal(256, shards.Json["shards"]!.AsArray().Count);
        Assert.All(shards.Json["shards"]!.AsArray(), s => Assert.Equal((string)local["silo"]!, (string)s!["silo"]!));
        var health = await silo.GetAsync("/api/v1/cluster/health");
        Assert.Equal((200, true), (health.Status, (bool)health.Json["isReady"]!));
        Assert.Equal((200, "ready\n"), await silo.GetAsync("/health/ready") is var ready ? (ready.Status, ready.Text) : default);
        Assert.Equal(200, (await silo.GetAsync("/health/live")).Status);
        var info = await silo.GetAsync("/api/v1/info");
        Assert.Equal(
            ["approval", "outside", "refuse", "talk"], info.Json["workflowTypes"]!.AsArray().Select(static n => (string)n!));
    }

    [Fact]
    public async Task OpenApi_Document_HasEachEndpoint()
    {
        var document = (await silo.GetAsync("/api/v1/openapi.json")).Json;
        var operations = document["paths"]!.AsObject().SelectMany(static p => p.Value!.AsObject())
            .Select(static o => (string?)o.Value!["operationId"]).ToList();
        Assert.DoesNotContain(null, operations);
        Assert.Equal(operations.Count, operations.Distinct().Count());
        foreach (var name in (string[])["listWorkflows", "startWorkflow", "signalWorkflow", "streamWorkflow", "completeActivity",
            "listShards"]) Assert.Contains(name, operations);
        var list = document["paths"]!["/api/v1/namespaces/{namespace}/workflows"]!["get"]!;
        var parameters = list["parameters"]!.AsArray().Select(static p => (string)p!["name"]!).ToList();
        Assert.Contains("namespace", parameters);
        Assert.Contains("idPrefix", parameters);
        Assert.Contains("closedBefore", parameters);
        var start = document["paths"]!["/api/v1/namespaces/{namespace}/workflows"]!["post"]!;
        Assert.Contains("Idempotency-Key", start["parameters"]!.AsArray().Select(static p => (string)p!["name"]!));
        Assert.NotNull(start["requestBody"]);
        Assert.DoesNotContain("Orchestration.Silo", document.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Problem_OfAKnownKind_HasItsPage()
    {
        var problem = await silo.GetAsync("/api/v1/namespaces/default/workflows/none");
        var page = (string)problem.Json["type"]!;
        var document = await silo.GetAsync(page[..page.IndexOf('#', StringComparison.Ordinal)]);
        Assert.Contains(page[(page.IndexOf('#', StringComparison.Ordinal) + 1)..], document.Text, StringComparison.Ordinal);
        Assert.Contains("## Remedy", (await silo.GetAsync("/docs/errors/ORCH0101")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await silo.GetAsync("/docs/errors/ORCH9999")).Status);
        Assert.Equal(404, (await silo.GetAsync("/docs/errors/..%2Fhttp-api")).Status);
    }
}
