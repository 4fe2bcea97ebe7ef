using System.Text.Json.Nodes;
using Orchestration.Silo.Telemetry;
using Orchestration.Silo.Tests.Api;
using Orchestration.Tests.Support;

namespace Orchestration.Silo.Tests.Telemetry;

public sealed class MetricsTests(ApiSilo silo) : IClassFixture<ApiSilo>
{
    [Fact]
    public async Task Metrics_RunsOfTwoTypes_AreCountedByTypeAndOutcome()
    {
        await silo.StartAsync("counted-1", "refuse", "\"a\"");
        await silo.StartAsync("counted-2", "refuse", "\"b\"");
        await silo.StartAsync("counted-3", "talk");
        await silo.GetAsync("/api/v1/namespaces/default/workflows/counted-1/result");
        await silo.GetAsync("/api/v1/namespaces/default/workflows/counted-2/result");
        var text = await Eventually.EventuallyAsync(
            async () => (await silo.GetAsync("/metrics")).Text,
            static t => t.Contains("_duration_seconds_count{orchestration_workflow_type=\"refuse\"", StringComparison.Ordinal),
            "the runs are counted");
        var lines = text.Split('\n');
        AssertAtLeastTwo(lines, "orchestration_workflow_started_total{orchestration_workflow_type=\"refuse\"} ");
        AssertAtLeastTwo(lines, "orchestration_workflow_duration_seconds_bucket{orchestration_workflow_type=\"refuse\","
            + "orchestration_workflow_status=\"Failed\",le=\"+Inf\"} ");
        Assert.Contains("# TYPE orchestration_workflow_duration_seconds histogram", lines);
        Assert.Contains("# TYPE orchestration_workflow_active gauge", lines);
        Assert.DoesNotContain("counted-1", text, StringComparison.Ordinal); // never an id
        AssertWellFormed(lines);
    }

    [Fact]
    public async Task ClusterMetrics_OneSilo_TellsOfTypesAndLoad()
    {
        await silo.StartAsync("figures", "refuse", "\"a\"");
        await silo.GetAsync("/api/v1/namespaces/default/workflows/figures/result");
        var metrics = (await silo.GetAsync("/api/v1/cluster/metrics")).Json;
        var local = Assert.Single(metrics["silos"]!.AsArray())!;
        Assert.True((bool)local["hasAnswered"]!);
        Assert.True((double)local["cpuSeconds"]! > 0);
        var refuse = metrics["workflows"]!.AsArray().Single(static t => (string)t!["type"]! == "refuse")!;
        Assert.True((int)refuse["failed"]! >= 1);
        Assert.True((double)refuse["p50Seconds"]! > 0);
        Assert.Equal(5, (double)metrics["seriesSeconds"]!);
        Assert.NotNull(metrics["series"] as JsonArray);
    }

    [Theory]
    [InlineData(new long[] { 0, 0, 0 }, 0.5, null)]
    [InlineData(new long[] { 4, 0, 0 }, 0.5, 0.00025)]
    [InlineData(new long[] { 0, 2, 2 }, 0.5, 0.001)]
    [InlineData(new long[] { 0, 2, 2 }, 0.75, 0.00175)]
    public void Quantile_Buckets_IsReckonedWithinItsBucket(long[] counts, double quantile, double? expected)
    {
        var buckets = new long[MetricInstrument.Seconds.Length + 1];
        counts.CopyTo(buckets, 0);
        var actual = ClusterFigures.Quantile(buckets, quantile);
        Assert.Equal(expected is null, actual is null);
        if (expected is { } value) Assert.Equal(value, actual!.Value, 6);
    }

    private static void AssertAtLeastTwo(string[] lines, string series) => Assert.InRange(
        double.Parse(Assert.Single(lines, l => l.StartsWith(series, StringComparison.Ordinal))[series.Length..],
            System.Globalization.CultureInfo.InvariantCulture), 2, 100);

    private static void AssertWellFormed(string[] lines)
    {
        foreach (var line in lines.Where(static l => l.Length > 0 && l[0] != '#'))
            Assert.Matches(@"^[a-z0-9_]+(\{[a-z0-9_]+=""[^""]*""(,[a-z_]+=""[^""]*"")*\})? [-+0-9.eE]+$", line);
    }
}
