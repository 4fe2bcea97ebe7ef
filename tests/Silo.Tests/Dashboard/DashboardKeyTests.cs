using Orchestration.Silo.Dashboard;
using Orchestration.Silo.Tests.Api;

namespace Orchestration.Silo.Tests.Dashboard;

public sealed class DashboardKeyTests(ApiKeyTests.KeyedSilo silo) : IClassFixture<ApiKeyTests.KeyedSilo>
{
    [Fact]
    public async Task Page_OfASiloWithKeys_IsServedSoThatAKeyCanBeTyped()
    {
        foreach (var name in DashboardAssets.All.Keys)
            Assert.Equal(200, (await silo.GetAsync(DashboardTests.Address(name))).Status);
        (await silo.GetAsync("/api/v1/cluster/metrics/stream")).AssertProblem(401, "key-needed");
    }

    [Fact]
    public async Task Post_OfAPageBehindAProxyWithTls_IsLetInByItsKey()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/namespaces/default/workflows/none/cancel")
        {
            Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Host = "silo.example";
        request.Headers.Add("Origin", "https://silo.example");
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        request.Headers.Add("X-Api-Key", "second-key-0123456789");
        (await silo.SendAsync(request)).AssertProblem(404, "workflow-not-found");
    }

    [Fact]
    public async Task Post_OfAPageElsewhere_IsRefusedWithAKeyToo()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/namespaces/default/workflows/none/cancel");
        request.Headers.Host = "silo.example";
        request.Headers.Add("Origin", "https://elsewhere.example");
        request.Headers.Add("X-Api-Key", "second-key-0123456789");
        (await silo.SendAsync(request)).AssertProblem(403, "origin-not-allowed");
    }
}
