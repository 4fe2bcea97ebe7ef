using Orchestration.Silo.Tests.Api;
using Orchestration.Tests.Support;

namespace Orchestration.Cli.Tests;

public sealed class WorkflowCommandTests(ApiSilo silo) : IClassFixture<ApiSilo>
{
    [Fact]
    public async Task Workflow_FromStartToResult_GoesItsWay()
    {
        var started = await RunAsync("workflow", "start", "talk", "--id", "way", "--input", "\"x\"");
        Assert.Equal((0, ""), (started.Exit, started.Error));
        Assert.StartsWith("Started way (run ", started.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("workflow", "signal", "way", "Say", "-a", "\"hello\"")).Exit);
        Assert.Equal("2", (await RunAsync("workflow", "update", "way", "Count", "-a", "\"world\"")).Output.Trim());
        var heard = await RunAsync("workflow", "query", "way", "Heard", "-o", "json");
        Assert.Equal("[\"hello\",\"world\"]", heard.Output.Trim());
        var described = await RunAsync("workflow", "describe", "way");
        Assert.Contains("waits for", described.Output, StringComparison.Ordinal);
        Assert.Contains("heard 1", described.Output, StringComparison.Ordinal);
        Assert.Contains("until _ends", (await RunAsync("workflow", "stack", "way")).Output, StringComparison.Ordinal);
        Assert.Contains("run-started", (await RunAsync("workflow", "history", "way")).Output, StringComparison.Ordinal);
        Assert.Equal("running", (string)(await RunAsync("workflow", "result", "way", "--no-wait", "-o", "json"))
            .Json[0]["status"]!);
        var watching = RunAsync("workflow", "describe", "way", "--watch");
        Assert.Equal(0, (await RunAsync("workflow", "signal", "way", "End")).Exit);
        var watched = await watching;
        Assert.Equal(0, watched.Exit);
        Assert.Contains("completed", watched.Output, StringComparison.Ordinal);
        Assert.Equal("\"x: hello world\"", (await RunAsync("workflow", "result", "way")).Output.Trim());
    }

    [Fact]
    public async Task Workflow_ThatFails_EndsWithSeven()
    {
        var run = await RunAsync("workflow", "start", "refuse", "--id", "no", "--input", "\"me\"", "--wait");
        Assert.Equal(7, run.Exit);
        Assert.Contains("Refused refused me", run.Output, StringComparison.Ordinal);
        Assert.Equal(7, (await RunAsync("workflow", "start", "refuse", "--input", "\"me\"", "--watch")).Exit);
    }

    [Fact]
    public async Task List_AndCount_ShowWhatThereIs()
    {
        for (var i = 0; i < 3; i++) await silo.StartAsync($"listed-{i}");
        var table = await RunAsync("workflow", "list", "--id-prefix", "listed-", "--limit", "2");
        Assert.Contains("listed-2", table.Output, StringComparison.Ordinal);
        Assert.Contains("and more", table.Output, StringComparison.Ordinal);
        var all = await RunAsync("workflow", "list", "--id-prefix", "listed-", "--limit", "0", "--output", "json");
        Assert.Equal(["listed-2", "listed-1", "listed-0"], all.Json.Select(static r => (string)r["id"]!));
        Assert.Equal(3, (int)(await RunAsync("workflow", "count", "--id-prefix", "listed-", "-o", "json")).Json[0]["total"]!);
        var terminated = await RunAsync("workflow", "terminate", "listed-0", "--reason", "enough", "-o", "json");
        Assert.Equal((0, true), (terminated.Exit, (bool)terminated.Json.Single()["isTerminated"]!));
        var ended = await RunAsync("workflow", "list", "--status", "terminated", "--id-prefix", "listed-", "-o", "json");
        Assert.Single(ended.Json);

        // In the order of ends, not of starts.
        await Eventually.NextMillisecondAsync();
        await RunAsync("workflow", "terminate", "listed-2");
        await Eventually.NextMillisecondAsync();
        await RunAsync("workflow", "terminate", "listed-1");
        var byEnd = await RunAsync("workflow", "list", "--closed-from", "2020-01-01", "--id-prefix", "listed-", "-o", "json");
        Assert.Equal(["listed-1", "listed-2", "listed-0"], byEnd.Json.Select(static r => (string)r["id"]!));
        Assert.Empty((await RunAsync("workflow", "list", "--closed-before", "2020-01-01", "-o", "json")).Json);
    }

    [Theory]
    [InlineData(3, "list", "workflow", "describe", "none")]
    [InlineData(3, "type", "workflow", "start", "none", "--input", "1")]
    [InlineData(2, "quotation", "workflow", "start", "talk", "--input", "hello")]
    [InlineData(2, "file that is there", "workflow", "start", "talk", "--input-file", "none.json")]
    [InlineData(2, "1 to 1,000", "workflow", "describe", "")]
    public async Task Command_ThatCannotBeDone_SaysWhatToDo(int exit, string remedy, params string[] arguments)
    {
        var run = await RunAsync(arguments);
        Assert.Equal(exit, run.Exit);
        Assert.Empty(run.Output);
        Assert.Contains(remedy, run.Error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_RefusedByTheWorkflow_EndsWithFour()
    {
        await silo.StartAsync("taken");
        Assert.Equal(4, (await RunAsync("workflow", "start", "talk", "--id", "taken", "--input", "\"x\"")).Exit);
        Assert.Equal(4, (await RunAsync("workflow", "update", "taken", "Count", "-a", "\"\"")).Exit);
        Assert.Equal(4, (await RunAsync("workflow", "query", "taken", "None")).Exit);
    }

    [Fact]
    public async Task Command_WithoutASilo_EndsWithFiveAndSaysSo()
    {
        var run = await CliRun.OfAsync("workflow", "list", "--address", "http://127.0.0.1:9");
        Assert.Equal(5, run.Exit);
        Assert.Contains("No silo answers at http://127.0.0.1:9", run.Error, StringComparison.Ordinal);
        Assert.Contains("--address", run.Error, StringComparison.Ordinal);
        var json = await CliRun.OfAsync("workflow", "list", "--address", "http://127.0.0.1:9", "-o", "json");
        Assert.Equal(5, (int)System.Text.Json.Nodes.JsonNode.Parse(json.Error)!["exitCode"]!);
    }

    [Theory]
    [InlineData("workflow")]
    [InlineData("workflow", "list", "--statsu", "failed")]
    [InlineData("workflow", "list", "--status", "bad")]
    [InlineData("workflow", "list", "--output", "xml")]
    [InlineData("workflow", "list", "--limit", "-1")]
    [InlineData("workflow", "list", "--limit", "some")]
    [InlineData("nonsense")]
    public async Task CommandLine_ThatMakesNoSense_EndsWithTwo(params string[] arguments) =>
        Assert.Equal(2, (await CliRun.OfAsync(arguments)).Exit);

    [Theory]
    [InlineData("workflow", "list", "--statsu", "failed", "-o", "json")]
    [InlineData("workflow", "start", "--output", "json")]
    [InlineData("workflow", "list", "--status", "bad", "--output=json")]
    public async Task CommandLine_ThatMakesNoSenseToAProgram_IsAnObject(params string[] arguments)
    {
        var run = await CliRun.OfAsync(arguments);
        Assert.Equal((2, ""), (run.Exit, run.Output));
        var error = System.Text.Json.Nodes.JsonNode.Parse(run.Error)!;
        Assert.Equal(2, (int)error["exitCode"]!);
        Assert.False(string.IsNullOrEmpty((string?)error["error"]));
        Assert.False(string.IsNullOrEmpty((string?)error["remedy"]));
    }

    [Fact]
    public async Task Id_WithEscapes_ChangesNothingOfTheTerminal()
    {
        await silo.StartAsync("odd/<b>[red]id[/]</b>");
        var table = await RunAsync("workflow", "list", "--id-prefix", "odd/");
        Assert.Contains("odd/<b>[red]id[/]</b>", table.Output, StringComparison.Ordinal);
        Assert.Equal("a\\u001b[31mb", Orchestration.Cli.Output.Json.Safe("a\u001b[31mb"));
    }

    [Fact]
    public async Task Activity_LookedAfter_CanBeCompletedAndPaused()
    {
        await silo.StartAsync("outside", "outside", "\"q\"");
        var token = await silo.Services.GetTokens().Of("q").Task.WaitAsync(Eventually.Limit);
        var listed = await Eventually.EventuallyAsync(
            () => RunAsync("activity", "list", "outside", "-o", "json"),
            static r => r.Json[0]["activities"]!.AsArray().Count == 1, "it is listed");
        var command = listed.Json[0]["activities"]![0]!["command"]!.ToString();
        Assert.Equal(0, (await RunAsync("activity", "pause", "outside", command, "--reason", "r")).Exit);
        Assert.Contains("paused", (await RunAsync("activity", "list", "outside")).Output, StringComparison.Ordinal);
        var resumed = await RunAsync("activity", "resume", "outside", command, "-o", "json");
        Assert.Equal((0, "resume"), (resumed.Exit, (string)resumed.Json.Single()["did"]!));
        Assert.Equal(0, (await RunAsync("activity", "reset", "outside", command)).Exit);
        Assert.Contains("go on", (await RunAsync("activity", "heartbeat", token, "--details", "1")).Output,
            StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("activity", "complete", token, "--result", "\"a\"")).Exit);
        Assert.Equal(4, (await RunAsync("activity", "fail", token, "-m", "late")).Exit);
        Assert.Equal("\"a\"", (await RunAsync("workflow", "result", "outside")).Output.Trim());
    }

    [Fact]
    public async Task Cluster_OneSilo_IsShown()
    {
        Assert.Equal("active", (string)(await RunAsync("cluster", "silos", "-o", "json")).Json[0]["status"]!);
        Assert.Equal(256, (await RunAsync("cluster", "shards", "-o", "json")).Json.Count);
        var health = await RunAsync("cluster", "health");
        Assert.Equal(0, health.Exit);
        Assert.Contains("the store answers", health.Output, StringComparison.Ordinal);
    }

    private Task<CliRun> RunAsync(params string[] arguments) => CliRun.OfAsync([.. arguments, "--address",
        silo.Address.ToString()]);
}
