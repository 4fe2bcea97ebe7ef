using Orchestration.Client;
using Orchestration.Silo.Tests.Api;
using Orchestration.Testing;
using Orchestration.Tests.Support;

namespace Orchestration.Cli.Tests;

public sealed class HistoryCommandTests(ApiSilo silo) : IClassFixture<ApiSilo>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task History_ExportedAndReplayed_Fits()
    {
        await silo.StartAsync("exported");
        await silo.PostAsync("/api/v1/namespaces/default/workflows/exported/signals/End");
        await silo.GetAsync("/api/v1/namespaces/default/workflows/exported/result");
        var file = Path.Combine(_folder.FullName, "history.json");
        var exported = await RunAsync("history", "export", "exported", "--to", file);
        Assert.Equal((0, ""), (exported.Exit, exported.Error));
        Assert.Equal(await File.ReadAllTextAsync(file), (await RunAsync("history", "export", "exported")).Output);
        var nowhere = await RunAsync("history", "export", "exported", "--to", Path.Combine(_folder.FullName, "none", "h.json"));
        Assert.Equal(2, nowhere.Exit);
        Assert.Contains("Name a file in a folder that is there", nowhere.Error, StringComparison.Ordinal);

        var replayed = await CliRun.OfAsync("history", "replay", file, "--assembly", typeof(Talk).Assembly.Location);
        Assert.Equal((0, ""), (replayed.Exit, replayed.Error));
        Assert.Contains("1 of 1 fit", replayed.Output, StringComparison.Ordinal);

        // Code that takes another way: the history of another type under this one's name.
        var text = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, text.Replace("\"talk\"", "\"refuse\"", StringComparison.Ordinal));
        var misfit = await CliRun.OfAsync("history", "replay", _folder.FullName, "--assembly", typeof(Talk).Assembly.Location);
        Assert.Equal(8, misfit.Exit);
        Assert.Contains("0 of 1 fit", misfit.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await CliRun.OfAsync("history", "replay", file, "--assembly", file)).Exit);
    }

    [Fact]
    public async Task History_OfARunWithAToken_ShowsItNowhereAndReplays()
    {
        await silo.StartAsync("secretive", "approval", "\"boss\"");
        var token = await silo.Services.GetTokens().Of("boss").Task.WaitAsync(Eventually.Limit);
        await silo.PostAsync("/api/v1/tokens/complete", $$"""{"token": "{{token}}", "value": true}""");
        Assert.Equal(200, (await silo.GetAsync("/api/v1/namespaces/default/workflows/secretive/result?wait=30")).Status);
        var stored = new List<HistoryEntry>();
        await foreach (var entry in silo.Client.GetWorkflow("secretive").GetHistoryAsync()) stored.Add(entry);
        var created = System.Text.Json.Nodes.JsonNode.Parse(stored.Single(static e => e.Type == "token-created").Json)!;
        var secret = (string)created["secret"]!;
        Assert.Equal(3, stored.Count(e => e.Json.Contains(token, StringComparison.Ordinal)
            || e.Json.Contains(secret, StringComparison.Ordinal))); // made, handed on, and given back

        var file = Path.Combine(_folder.FullName, "history.json");
        Assert.Equal(0, (await RunAsync("history", "export", "secretive", "--to", file)).Exit);
        foreach (var shown in new[]
        {
            await File.ReadAllTextAsync(file), (await RunAsync("workflow", "history", "secretive", "--full")).Output,
            (await RunAsync("workflow", "history", "secretive", "-o", "json")).Output,
            (await silo.GetAsync("/api/v1/namespaces/default/workflows/secretive/history?from=2")).Text,
        })
        {
            Assert.Contains("shop.example", shown, StringComparison.Ordinal);
            Assert.Contains("not-shown", shown, StringComparison.Ordinal);
            Assert.DoesNotContain(token, shown, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
        }

        // In this process: a second copy of the assembly would have a second IPost, and the proxies of the first one.
        var replayed = await new WorkflowReplayer(typeof(Approval).Assembly).ReplayFileAsync(file);
        Assert.True(replayed.Fits, replayed.ToString());
    }

    [Fact]
    public async Task Diff_OfARunThatFits_SaysSo()
    {
        await silo.StartAsync("fits");
        var run = await RunAsync("history", "diff", "fits");
        Assert.Equal(0, run.Exit);
        Assert.Contains("not stalled", run.Output, StringComparison.Ordinal);
    }

    private Task<CliRun> RunAsync(params string[] arguments) => CliRun.OfAsync([.. arguments, "--address",
        silo.Address.ToString()]);
}
