using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Orchestration.Client;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Silo.Tests.Api;

public sealed class WorkflowApiTests(ApiSilo silo) : IClassFixture<ApiSilo>
{
    private const string Workflows = "/api/v1/namespaces/default/workflows";

    [Fact]
    public async Task Workflow_StartedSignalledAskedAndAwaited_GoesItsWayOverTheApi()
    {
        var run = await silo.StartAsync("way");
        Assert.Equal(204, (await silo.PostAsync($"{Workflows}/way/signals/Say", """{"arguments": ["hello"]}""")).Status);
        var updated = await silo.PostAsync($"{Workflows}/way/updates/Count", """{"arguments": ["world"], "updateId": "u1"}""");
        Assert.Equal((200, 2, true), (updated.Status, (int)updated.Json["result"]!, (bool)updated.Json["isCompleted"]!));
        var asked = await silo.PostAsync($"{Workflows}/way/queries/Heard");
        Assert.Equal(["hello", "world"], asked.Json["result"]!.AsArray().Select(static n => (string)n!));
        var again = await silo.GetAsync($"{Workflows}/way/updates/u1?wait=5");
        Assert.Equal(2, (int)again.Json["result"]!);

        var open = await silo.GetAsync($"{Workflows}/way/result?wait=0");
        Assert.Equal((202, "running", false), (open.Status, (string)open.Json["status"]!, (bool)open.Json["isFinal"]!));
        var waiting = silo.GetAsync($"{Workflows}/way/result?wait=30");
        Assert.Equal(204, (await silo.PostAsync($"{Workflows}/way/signals/End")).Status);
        var ended = await waiting;
        Assert.Equal((200, "completed", "x: hello world"),
            (ended.Status, (string)ended.Json["status"]!, (string)ended.Json["result"]!));

        var described = await silo.GetAsync($"{Workflows}/way?runId={run}");
        Assert.Equal(("completed", "talk"), ((string)described.Json["status"]!, (string)described.Json["type"]!));
        var late = await silo.PostAsync($"{Workflows}/way/signals/Say", """{"arguments": ["late"]}""");
        late.AssertProblem(409, "workflow-closed");
        Assert.Equal(run, (string)late.Json["runId"]!);
    }

    [Theory]
    [InlineData("pieces")]
    [InlineData("mark")]
    [InlineData("chunks")]
    public async Task Start_HoweverItsBodyArrives_IsReadWhole(string id)
    {
        var body = $$"""{"id": "{{id}}", "type": "talk", "input": "x"}""";
        if (id == "mark") body = "\uFEFF" + body;
        var bytes = Encoding.UTF8.GetBytes(body);
        using var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(silo.Address.Host, silo.Address.Port);
        var stream = socket.GetStream();
        var length = id == "chunks" ? "Transfer-Encoding: chunked" : $"Content-Length: {bytes.Length}";
        await SendAsync($"POST {Workflows} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{length}\r\n\r\n");
        foreach (var half in (byte[][])[bytes[..(bytes.Length / 2)], bytes[(bytes.Length / 2)..]])
        {
            if (id == "chunks") await SendAsync($"{half.Length:x}\r\n");
            await stream.WriteAsync(half);
            if (id == "chunks") await SendAsync("\r\n");
        }

        if (id == "chunks") await SendAsync("0\r\n\r\n");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        Assert.Equal("HTTP/1.1 201 Created", await reader.ReadLineAsync());
        Assert.Equal("talk", (string)(await silo.GetAsync($"{Workflows}/{id}")).Json["type"]!);

        Task SendAsync(string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask();
    }

    [Fact]
    public async Task Start_RepeatedUnderItsKey_StartsOnce()
    {
        const string Body = """{"id": "keyed", "type": "talk", "input": "a"}""";
        var first = await silo.PostAsync(Workflows, Body, key: "k1");
        Assert.Equal((201, $"{Workflows}/keyed"), (first.Status, first.Location));
        Assert.Equal((string)first.Json["runId"]!, (string)(await silo.PostAsync(Workflows, Body, key: "k1")).Json["runId"]!);
        (await silo.PostAsync(Workflows, Body, key: "k2")).AssertProblem(409, "workflow-already-started");
        (await silo.PostAsync(Workflows, Body)).AssertProblem(409, "workflow-already-started");

        await silo.PostAsync($"{Workflows}/keyed/terminate", """{"reason": "done"}""");
        Assert.Equal((string)first.Json["runId"]!, (string)(await silo.PostAsync(Workflows, Body, key: "k1")).Json["runId"]!);

        // Without an id the key makes it.
        const string NoId = """{"type": "talk", "input": "a"}""";
        var (one, two) = (await silo.PostAsync(Workflows, NoId, "n1"), await silo.PostAsync(Workflows, NoId, "n1"));
        Assert.Equal(one.Text, two.Text);
        Assert.NotEqual((string)one.Json["id"]!, (string)(await silo.PostAsync(Workflows, NoId)).Json["id"]!);
    }

    [Fact]
    public async Task Messages_RepeatedUnderTheirKey_TakeEffectOnce()
    {
        await silo.StartAsync("once");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(204, (await silo.PostAsync($"{Workflows}/once/signals/Say", """{"arguments": ["a"]}""", "s1")).Status);
            var update = await silo.PostAsync($"{Workflows}/once/updates/Count", """{"arguments": ["b"]}""", "u1");
            Assert.Equal(2, (int)update.Json["result"]!);
        }

        var heard = await silo.PostAsync($"{Workflows}/once/queries/Heard");
        Assert.Equal(2, heard.Json["result"]!.AsArray().Count);
    }

    [Fact]
    public async Task Start_WithSignal_HasIt()
    {
        const string Body = """{"id": "greeted", "type": "talk", "input": "a", "signal": {"name": "Say", "arguments": ["hi"]}}""";
        Assert.Equal(200, (await silo.PostAsync(Workflows, Body, "g")).Status);
        Assert.Equal(200, (await silo.PostAsync(Workflows, Body, "g")).Status);
        var heard = await silo.PostAsync($"{Workflows}/greeted/queries/Heard");
        Assert.Equal(["hi"], heard.Json["result"]!.AsArray().Select(static n => (string)n!));
        var updated = await silo.PostAsync(Workflows,
            """{"id": "updated", "type": "talk", "input": "a", "update": {"name": "Count", "arguments": ["hi"]}}""");
        Assert.Equal(1, (int)updated.Json["updateResult"]!);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("a b?c#d&e=f")]
    [InlineData("日本/😀")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("~tilde")]
    [InlineData("@default:x")]
    public async Task Workflow_IdThatNeedsEscaping_IsItself(string id)
    {
        await silo.StartAsync(id);
        var path = Orchestration.Silo.Api.Values.RequestIds.InPath(id);
        var described = await silo.GetAsync($"{Workflows}/{path}");
        Assert.Equal(id, (string)described.Json["id"]!);
        Assert.Equal("application/json", described.MediaType);
        Assert.Equal(204, (await silo.PostAsync($"{Workflows}/{path}/cancel")).Status);
        Assert.Equal("canceled", (string)(await silo.GetAsync($"{Workflows}/{path}/result")).Json["status"]!);
        Assert.Equal(WorkflowStatus.Canceled, (await silo.Client.GetWorkflow(id).DescribeAsync()).Status);
    }

    [Fact]
    public async Task Result_FailedRun_TellsItsFailure()
    {
        await silo.StartAsync("failed", "refuse", "\"me\"");
        var result = await silo.GetAsync($"{Workflows}/failed/result");
        Assert.Equal((200, "failed"), (result.Status, (string)result.Json["status"]!));
        Assert.Equal(("refused me", "Refused"),
            ((string)result.Json["failure"]!["message"]!, (string)result.Json["failure"]!["type"]!));
        var described = await silo.GetAsync($"{Workflows}/failed");
        Assert.Equal("refused me", (string)described.Json["failure"]!["message"]!);
    }

    [Fact]
    public async Task List_Filtered_PagesAndCounts()
    {
        for (var i = 0; i < 7; i++) await silo.StartAsync($"listed-{i}", i < 2 ? "refuse" : "talk");
        await silo.GetAsync($"{Workflows}/listed-0/result");
        await silo.GetAsync($"{Workflows}/listed-1/result");
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var next = cursor is null ? "" : $"&cursor={cursor}";
            var page = await silo.GetAsync($"{Workflows}?idPrefix=listed-&pageSize=3{next}");
            Assert.Equal(200, page.Status);
            seen.AddRange(page.Json["runs"]!.AsArray().Select(static r => (string)r!["id"]!));
            cursor = (string?)page.Json["nextCursor"];
        }
        while (cursor is not null);
        Assert.Equal(7, seen.Count);
        Assert.Equal(7, seen.Distinct().Count());

        var failed = await silo.GetAsync($"{Workflows}?idPrefix=listed-&status=failed&type=refuse");
        Assert.Equal(2, failed.Json["runs"]!.AsArray().Count);
        var counts = await silo.GetAsync("/api/v1/namespaces/default/workflow-counts?idPrefix=listed-");
        Assert.Equal((7, 2, 5), ((int)counts.Json["total"]!, (int)counts.Json["byStatus"]!["failed"]!,
            (int)counts.Json["byStatus"]!["running"]!));
        var tagged = await silo.GetAsync($"{Workflows}?idPrefix=listed-", counts.Tag);
        Assert.Equal(200, tagged.Status);
        Assert.Equal(304, (await silo.GetAsync($"{Workflows}?idPrefix=listed-", tagged.Tag)).Status);
        Assert.Empty((await silo.GetAsync("/api/v1/namespaces/other/workflows")).Json["runs"]!.AsArray());
    }

    [Fact]
    public async Task Describe_OpenRun_SaysWhatItWaitsForUnderATag()
    {
        await silo.StartAsync("described");
        var first = await silo.GetAsync($"{Workflows}/described");
        Assert.Contains("until _ends", (string)first.Json["waitsFor"]![0]!, StringComparison.Ordinal);
        Assert.Equal(304, (await silo.GetAsync($"{Workflows}/described", first.Tag)).Status);
        await silo.PostAsync($"{Workflows}/described/signals/Say", """{"arguments": ["x"]}""");
        var second = await silo.GetAsync($"{Workflows}/described", first.Tag);
        Assert.Equal((200, "heard 1"), (second.Status, (string)second.Json["customStatus"]!));
    }

    [Fact]
    public async Task History_InPagesAndExported_IsWhole()
    {
        await silo.StartAsync("history");
        await silo.PostAsync($"{Workflows}/history/signals/Say", """{"arguments": ["x"]}""");
        var first = await silo.GetAsync($"{Workflows}/history/history?limit=1");
        Assert.Equal("run-started", (string)first.Json["events"]![0]!["type"]!);
        var rest = await silo.GetAsync($"{Workflows}/history/history?from={first.Json["next"]}");
        Assert.Null(rest.Json["next"]);
        var all = await silo.GetAsync($"{Workflows}/history/history");
        Assert.Equal(all.Json["events"]!.AsArray().Count, 1 + rest.Json["events"]!.AsArray().Count);
        Assert.Equal(304, (await silo.GetAsync($"{Workflows}/history/history", all.Tag)).Status);

        var exported = await silo.GetAsync($"{Workflows}/history/history/export");
        using var expected = new MemoryStream();
        await silo.Client.GetWorkflow("history").ExportHistoryAsync(expected);
        Assert.Equal(System.Text.Encoding.UTF8.GetString(expected.ToArray()), exported.Text);
    }

    [Fact]
    public async Task Values_OfAnyKind_ComeBackAsTheyWere()
    {
        var payload = new Payload("not json"u8.ToArray(), new Dictionary<string, string> { ["encoding"] = "text/odd" });
        var body = new JsonObject
        {
            ["id"] = "odd", ["type"] = "talk",
            ["input"] = new JsonObject
            {
                ["$payload"] = new JsonObject
                {
                    ["headers"] = new JsonObject { ["encoding"] = "text/odd" },
                    ["data"] = Convert.ToBase64String(payload.Data.Span),
                },
            },
        };
        (await silo.PostAsync(Workflows, body.ToJsonString())).AssertProblem(400, "invalid-request"); // no talk reads that
        Assert.Equal(404, (await silo.GetAsync($"{Workflows}/odd")).Status);
    }

    [Fact]
    public async Task Activity_CompletedByToken_HasThatResult()
    {
        await silo.StartAsync("outside", "outside", "\"q1\"");
        var token = await silo.Services.GetTokens().Of("q1").Task.WaitAsync(Eventually.Limit);
        var beat = await silo.PostAsync("/api/v1/activities/heartbeat", $$"""{"token": "{{token}}", "details": 42}""");
        Assert.False((bool)beat.Json["cancelRequested"]!);
        var pending = await silo.GetAsync($"{Workflows}/outside/activities");
        var command = (long)pending.Json["activities"]![0]!["command"]!;
        Assert.Equal(204, (await silo.PostAsync($"{Workflows}/outside/activities/{command}/pause", """{"reason": "r"}"""))
            .Status);
        var paused = await silo.GetAsync($"{Workflows}/outside");
        Assert.Equal("r", (string)paused.Json["activities"]![0]!["pauseReason"]!);
        Assert.Equal(204, (await silo.PostAsync($"{Workflows}/outside/activities/{command}/resume")).Status);
        Assert.Equal(204, (await silo.PostAsync(
            "/api/v1/activities/complete", $$"""{"token": "{{token}}", "result": "a1"}""", "c1")).Status);
        Assert.Equal("a1", (string)(await silo.GetAsync($"{Workflows}/outside/result")).Json["result"]!);
        (await silo.PostAsync("/api/v1/activities/fail",
            $$"""{"token": "{{token}}", "failure": {"message": "late"} }""")).AssertProblem(409, "activity-not-pending");
        (await silo.PostAsync("/api/v1/activities/complete", """{"token": "nonsense"}""")).AssertProblem(400, "invalid-request");
        (await silo.PostAsync("/api/v1/activities/complete")).AssertProblem(400, "invalid-request");
    }
}
