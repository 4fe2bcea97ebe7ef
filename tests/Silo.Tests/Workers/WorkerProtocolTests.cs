using System.Text.Json.Nodes;
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
        var waiting = silo.PollAsync("complete", 30);
        await silo.CallAsync("w-complete", "complete:double", "21");
        var work = (await waiting)!;
        Assert.Equal(("double", 21, 1, "w-complete"), ((string)work["activity"]!, (int)work["arguments"]![0]!,
            (int)work["attempt"]!, (string)work["workflowId"]!));
        var outcome = $$"""{"token": "{{work["token"]}}", "result": 42}""";
        Assert.Equal(204, (await silo.PostAsync("/api/v1/workers/complete", outcome)).Status);
        Assert.Equal(42, (int)(await silo.ResultAsync("w-complete"))["result"]!);
        Assert.Equal(204, (await silo.PostAsync("/api/v1/workers/complete", outcome)).Status); // the answer was lost
        (await silo.PostAsync("/api/v1/workers/fail",
            $$"""{"token": "{{work["token"]}}", "failure": {"message": "m"} }""")).AssertProblem(409, "activity-not-pending");
        Assert.Null(await silo.PollAsync("complete", 0));
    }

    [Fact]
    public async Task Work_OfAStartUnderItsCallersTrace_IsOfThatTrace()
    {
        using var start = new HttpRequestMessage(HttpMethod.Post, Workflows)
        {
            Content = new StringContent(
                """{"id": "w-trace", "type": "remote", "input": {"activity": "trace:it", "arguments": []}}""", null,
                "application/json"),
        };
        start.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        Assert.Equal(201, (await silo.SendAsync(start)).Status);
        var work = (await silo.PollAsync("trace", 30))!;
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", (string)work["traceParent"]!, StringComparison.Ordinal);
        Assert.Equal(204, (await silo.CompleteAsync(work, "1")).Status);
    }

    [Theory]
    [InlineData("number", "-1.50e3")]
    [InlineData("text", "\"a\\u00e9 \\n\\\"\\\\\"")]
    [InlineData("flag", "true")]
    [InlineData("object", """{"a":[1.50,"\u00e9"]}""")]
    public async Task Result_OfAWorker_IsTheValueThatWasSent(string queue, string result)
    {
        await silo.CallAsync($"w-{queue}", $"{queue}:it", "1");
        var work = (await silo.PollAsync(queue, 30))!;
        Assert.Equal(204, (await silo.CompleteAsync(work, result)).Status);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(result), (await silo.ResultAsync($"w-{queue}"))["result"]));
    }

    [Fact]
    public async Task Work_Failed_IsRetriedAsItsPolicySays()
    {
        await silo.CallAsync("w-fail", "fail:it", "1", maximumAttempts: 2);
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var work = (await silo.PollAsync("fail", 30))!;
            Assert.Equal(attempt, (int)work["attempt"]!);
            Assert.Equal(204, (await silo.PostAsync("/api/v1/workers/fail",
                $$"""{"token": "{{work["token"]}}", "failure": {"message": "no {{attempt}}", "type": "No"} }""")).Status);
        }

        var result = await silo.ResultAsync("w-fail");
        Assert.Equal("failed", (string)result["status"]!);
        Assert.Contains("no 2", result["failure"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backlog_OfAQueueWithoutWorkers_IsToldByActivityUntilItIsWorkedOff()
    {
        await silo.CallAsync("w-backlog-1", "backlog:it", "1");
        await silo.CallAsync("w-backlog-2", "backlog:it", "2");
        await BacklogAsync(0, 2);
        var first = (await silo.PollAsync("backlog", 30))!;
        await BacklogAsync(1, 1);
        var second = (await silo.PollAsync("backlog", 30))!;
        foreach (var work in (JsonNode[])[first, second])
            Assert.Equal(204, (await silo.CompleteAsync(work, "1")).Status);
        await BacklogAsync(0, 0);
    }

    [Fact]
    public async Task Workflow_Cancelled_TellsTheWorkerByItsHeartbeat()
    {
        await silo.CallAsync("w-cancel", "cancel:it", "1");
        var work = (await silo.PollAsync("cancel", 30))!;
        await silo.PostAsync($"{Workflows}/w-cancel/cancel");
        var beat = await Eventually.EventuallyAsync(
            () => silo.BeatAsync(work, "1"), static b => (bool)b.Json["cancelRequested"]!, "the worker is told");
        Assert.Equal("requested", (string)beat.Json["reason"]!);
        Assert.Equal(204, (await silo.PostAsync("/api/v1/workers/cancel", $$"""{"token": "{{work["token"]}}"}""")).Status);
        Assert.Equal("canceled", (string)(await silo.ResultAsync("w-cancel"))["status"]!);
    }

    [Fact]
    public async Task Workflow_CancelledWhileItsWorkWaits_TakesItBack()
    {
        await silo.CallAsync("w-back", "back:it", "1");
        await silo.PostAsync($"{Workflows}/w-back/cancel");
        Assert.Equal("canceled", (string)(await silo.ResultAsync("w-back"))["status"]!);
        Assert.Null(await silo.PollAsync("back", 0));
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
}
