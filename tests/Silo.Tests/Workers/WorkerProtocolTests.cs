using System.Text.Json.Nodes;
using Orchestration.Silo.Tests.Api;
using Orchestration.Tests.Support;

namespace Orchestration.Silo.Tests.Workers;

public sealed class WorkerProtocolTests(WorkerSilo silo) : IClassFixture<WorkerSilo>
{
    private Task<(int?, int?)> BacklogAsync(int running, int waiting) => Eventually.EventuallyAsync(
        async () =>
        {
            var metrics = (await silo.GetAsync("/api/v1/cluster/metrics")).Json;
            var type = metrics["activities"]!.AsArray().SingleOrDefault(static t => (string)t!["type"]! == "backlog:it");
            return ((int?)type?["running"], (int?)type?["waiting"]);
        },
        backlog => backlog == (running, waiting), $"{running} run and {waiting} wait");

    private const string Workflows = "/api/v1/namespaces/default/workflows";

    [Fact]
    public async Task Work_CompletedByItsToken_HasThatResultOnce()
    {
        var waiting = PollAsync("complete", 30);
        await StartAsync("w-complete", "complete:double", "21");
        var work = (await waiting)!;
        Assert.Equal(("double", 21, 1, "w-complete"), ((string)work["activity"]!, (int)work["arguments"]![0]!,
            (int)work["attempt"]!, (string)work["workflowId"]!));
        var outcome = $$"""{"token": "{{work["token"]}}", "result": 42}""";
        Assert.Equal(204, (await silo.PostAsync("/api/v1/workers/complete", outcome)).Status);
        Assert.Equal(42, (int)(await ResultAsync("w-complete"))["result"]!);
        Assert.Equal(204, (await silo.PostAsync("/api/v1/workers/complete", outcome)).Status); // the answer was lost
        (await silo.PostAsync("/api/v1/workers/fail",
            $$"""{"token": "{{work["token"]}}", "failure": {"message": "m"} }""")).AssertProblem(409, "activity-not-pending");
        Assert.Null(await PollAsync("complete", 0));
    }

    [Fact]
    public async Task Work_Failed_IsRetriedAsItsPolicySays()
    {
        await StartAsync("w-fail", "fail:it", "1", maximumAttempts: 2);
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var work = (await PollAsync("fail", 30))!;
            Assert.Equal(attempt, (int)work["attempt"]!);
            Assert.Equal(204, (await silo.PostAsync("/api/v1/workers/fail",
                $$"""{"token": "{{work["token"]}}", "failure": {"message": "no {{attempt}}", "type": "No"} }""")).Status);
        }

        var result = await ResultAsync("w-fail");
        Assert.Equal("failed", (string)result["status"]!);
        Assert.Contains("no 2", result["failure"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backlog_OfAQueueWithoutWorkers_IsToldByActivityUntilItIsWorkedOff()
    {
        await StartAsync("w-backlog-1", "backlog:it", "1");
        await StartAsync("w-backlog-2", "backlog:it", "2");
        await BacklogAsync(0, 2);
        var first = (await PollAsync("backlog", 30))!;
        await BacklogAsync(1, 1);
        var second = (await PollAsync("backlog", 30))!;
        foreach (var work in (JsonNode[])[first, second])
            await silo.PostAsync("/api/v1/workers/complete", $$"""{"token": "{{work["token"]}}", "result": 1}""");
        await BacklogAsync(0, 0);
    }

    [Fact]
    public async Task Worker_ThatGoesSilent_LosesItsWorkToAnother()
    {
        await StartAsync("w-lost", "lost:it", "1");
        var first = (await PollAsync("lost", 30))!;
        Assert.False((bool)(await BeatAsync(first, "7")).Json["cancelRequested"]!);
        var second = (await PollAsync("lost", 30))!; // once the first has been silent for long enough
        Assert.Equal((2, 7), ((int)second["attempt"]!, (int)second["heartbeatDetails"]!));
        (await BeatAsync(first, "8")).AssertProblem(409, "activity-not-pending");
        (await silo.PostAsync("/api/v1/workers/complete", $$"""{"token": "{{first["token"]}}", "result": "old"}"""))
            .AssertProblem(409, "activity-not-pending");
        await silo.PostAsync("/api/v1/workers/complete", $$"""{"token": "{{second["token"]}}", "result": "new"}""");
        Assert.Equal("new", (string)(await ResultAsync("w-lost"))["result"]!);
    }

    [Fact]
    public async Task Worker_ThatBeats_KeepsItsWork()
    {
        await StartAsync("w-kept", "kept:it", "1");
        var work = (await PollAsync("kept", 30))!;
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await Eventually.EventuallyAsync(
            async () =>
            {
                Assert.Equal(200, (await BeatAsync(work, "1")).Status);
                return clock.Elapsed;
            },
            static elapsed => elapsed > TimeSpan.FromSeconds(3), "the lease is over without heartbeats",
                TimeSpan.FromSeconds(20));
        Assert.Equal(204, (await silo.PostAsync(
            "/api/v1/workers/complete", $$"""{"token": "{{work["token"]}}", "result": 1}""")).Status);
    }

    [Fact]
    public async Task Workflow_Cancelled_TellsTheWorkerByItsHeartbeat()
    {
        await StartAsync("w-cancel", "cancel:it", "1");
        var work = (await PollAsync("cancel", 30))!;
        await silo.PostAsync($"{Workflows}/w-cancel/cancel");
        var beat = await Eventually.EventuallyAsync(
            () => BeatAsync(work, "1"), static b => (bool)b.Json["cancelRequested"]!, "the worker is told",
                TimeSpan.FromSeconds(20));
        Assert.Equal("requested", (string)beat.Json["reason"]!);
        Assert.Equal(204, (await silo.PostAsync("/api/v1/workers/cancel", $$"""{"token": "{{work["token"]}}"}""")).Status);
        Assert.Equal("canceled", (string)(await ResultAsync("w-cancel"))["status"]!);
    }

    [Fact]
    public async Task Workflow_CancelledWhileItsWorkWaits_TakesItBack()
    {
        await StartAsync("w-back", "back:it", "1");
        await silo.PostAsync($"{Workflows}/w-back/cancel");
        Assert.Equal("canceled", (string)(await ResultAsync("w-back"))["status"]!);
        Assert.Null(await PollAsync("back", 0));
    }

    [Theory]
    [InlineData("poll", "{}")]
    [InlineData("poll", """{"queue": "a:b"}""")]
    [InlineData("poll", """{"queue": "q", "waitSeconds": -1}""")]
    [InlineData("complete", "{}")]
    [InlineData("complete", """{"token": "w1.!.00000000000000000000000000000000"}""")]
    [InlineData("heartbeat", """{"token": "a1.x"}""")]
    public async Task Request_ThatMakesNoSense_IsAProblem(string what, string body) =>
        (await silo.PostAsync($"/api/v1/workers/{what}", body)).AssertProblem(400, "invalid-request");

    [Fact]
    public async Task Token_OfASiloThatIsGone_IsNotPending()
    {
        var gone = Convert.ToBase64String("127.0.0.1:1@1"u8).TrimEnd('=');
        (await silo.PostAsync("/api/v1/workers/complete", $$"""{"token": "w1.{{gone}}.{{Guid.NewGuid():N}}"}"""))
            .AssertProblem(409, "activity-not-pending");
    }

    private async Task StartAsync(string id, string activity, string argument, int maximumAttempts = 0) => await silo.StartAsync(
        id, "remote", $$"""{"activity": "{{activity}}", "arguments": [{{argument}}], "maximumAttempts": {{maximumAttempts}}}""");

    private async Task<JsonNode?> PollAsync(string queue, int wait)
    {
        var answer = await silo.PostAsync(
            "/api/v1/workers/poll", $$"""{"queue": "{{queue}}", "worker": "test", "waitSeconds": {{wait}}}""");
        return answer.Status == 204 ? null : answer.Json;
    }

    private Task<ApiSilo.Answer> BeatAsync(JsonNode work, string details) => silo.PostAsync(
        "/api/v1/workers/heartbeat", $$"""{"token": "{{work["token"]}}", "details": {{details}}}""");

    private async Task<JsonNode> ResultAsync(string id)
    {
        var result = await silo.GetAsync($"{Workflows}/{id}/result?wait=30");
        Assert.Equal(200, result.Status);
        return result.Json;
    }
}
