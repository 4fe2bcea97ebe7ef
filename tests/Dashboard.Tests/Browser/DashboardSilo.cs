using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Orchestration.Dashboard.Tests.Workflows;
using Orchestration.Silo.Tests;
using Orchestration.Tests.Support;

namespace Orchestration.Dashboard.Tests.Browser;

/// <summary>A real silo, a process with a store of its own, that hosts this suite's workflows and serves the dashboard.</summary>
public class DashboardSilo : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("dashboard-");
    private readonly int _port = FreePorts.Take();
    private SiloProcess? _process;

    /// <summary>Where it serves.</summary>
    public Uri Address => new($"http://127.0.0.1:{_port}/");

    /// <summary>Calls its API.</summary>
    public HttpClient Http { get; private set; } = null!;

    /// <summary>Where its files are.</summary>
    public DirectoryInfo Folder => _directory;

    /// <summary>More words of its command line.</summary>
    protected virtual string[] Arguments => ["--assembly", typeof(Checkout).Assembly.Location];

    /// <summary>The key that is needed; null for none.</summary>
    protected virtual string? Key => null;

    public virtual async Task InitializeAsync()
    {
        Http = new HttpClient { BaseAddress = new Uri(Address, "api/v1/") };
        if (Key is not null) Http.DefaultRequestHeaders.Add("X-Api-Key", Key);
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        if (_process is not null) await KillAsync();
        _directory.Delete(recursive: true);
    }

    /// <summary>Starts it, or starts it again at the same place over the same store.</summary>
    public async Task StartAsync()
    {
        var data = Path.Combine(_directory.FullName, "data");
        _process = SiloProcess.Start(
            ["--data", data, "--port", "0", "--http", $"127.0.0.1:{_port}", .. Arguments]);
        await _process.ReadyAsync();
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.ExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Starts a workflow; its run.</summary>
    public async Task<string> BeginAsync(string id, string type, object? input = null)
    {
        using var answer = await Http.PostAsJsonAsync("namespaces/default/workflows", new { id, type, input });
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return (string)JsonNode.Parse(text)!["runId"]!;
    }

    /// <summary>A workflow as it is described.</summary>
    public async Task<JsonNode> DescribeAsync(string id) =>
        JsonNode.Parse(await Http.GetStringAsync($"namespaces/default/workflows/{Uri.EscapeDataString(id)}"))!;

    /// <summary>Waits until a workflow is so.</summary>
    public Task<JsonNode> UntilAsync(string id, Func<JsonNode, bool> expected, string what) =>
        Eventually.EventuallyAsync(() => DescribeAsync(id), expected, $"{id} {what}");

    /// <summary>Sends a signal.</summary>
    public async Task SignalAsync(string id, string name, params object[] arguments)
    {
        using var answer = await Http.PostAsJsonAsync(
            $"namespaces/default/workflows/{Uri.EscapeDataString(id)}/signals/{name}", new { arguments });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
