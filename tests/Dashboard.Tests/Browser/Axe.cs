using System.Text.Json;
using Microsoft.Playwright;

namespace Orchestration.Dashboard.Tests.Browser;

/// <summary>Looks for barriers by the rules of WCAG 2, A and AA, with axe-core.</summary>
internal static class Axe
{
    private const string Version = "4.14.1";

    private const string Run = """
        async () => {
          const found = await axe.run(document, { resultTypes: ["violations"],
            runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } });
          return JSON.stringify(found.violations.map((v) => ({ id: v.id, help: v.help,
            nodes: v.nodes.map((n) => `${n.target.join(" ")}: ${n.failureSummary}`) })));
        }
        """;

    private static readonly Lazy<string> Source = new(static () => File.ReadAllText(Find()));

    /// <summary>Fails with what bars somebody's way on the page as it stands.</summary>
    public static async Task AssertNoBarriersAsync(IPage page, string where)
    {
        await page.EvaluateAsync(Source.Value + "; undefined");
        var found = JsonDocument.Parse(await page.EvaluateAsync<string>(Run)).RootElement;
        var lines = found.EnumerateArray().SelectMany(static v => v.GetProperty("nodes").EnumerateArray()
            .Select(n => $"{v.GetProperty("id").GetString()}: {v.GetProperty("help").GetString()}: {n.GetString()}")).ToList();
        Assert.True(lines.Count == 0, $"{where}:\n{string.Join('\n', lines)}");
    }

    private static string Find()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var folders = new[]
        {
            Environment.GetEnvironmentVariable("ORCHESTRATION_AXE"),
            Path.Combine(home, ".cache", "orchestration-axe", Version),
        };
        return folders.Where(static f => f is { Length: > 0 })
            .Select(static f => Path.Combine(f!, "node_modules", "axe-core", "axe.min.js")).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException(
                "axe-core is not installed; ./test.sh --full Dashboard installs it (it needs node and npm), or: npm install "
                + $"--prefix ~/.cache/orchestration-axe/{Version} axe-core@{Version}");
    }
}
