using Microsoft.CodeAnalysis;
using Orchestration.Dashboard.Tests.Browser;
using Orchestration.Silo.Tests;
using Orchestration.Workflows;

namespace Orchestration.Dashboard.Tests;

/// <summary>Code is deployed that does not fit a run's history, and then code that does.</summary>
public sealed class StallTests(Chromium chromium, StallTests.ChangingSilo silo)
    : BrowserTest(chromium, silo), IClassFixture<Chromium>, IClassFixture<StallTests.ChangingSilo>
{
    [Fact]
    public async Task Run_WhoseCodeChanged_ShowsExpectedAgainstActualAndGoesOnWithFittingCode()
    {
        var changing = (ChangingSilo)Silo;
        await Silo.BeginAsync("changed", "changing", "x");
        await Silo.UntilAsync("changed", static d => d["timers"]!.AsArray().Count == 1, "waits");
        await OpenAsync(ViewOf("changed"));
        await Expect(Page.Locator(".waits")).ToContainTextAsync("Until _goes.");
        await Silo.KillAsync();
        changing.Version = 2;
        await Silo.StartAsync();
        using (var body = new StringContent("{}", null, "application/json"))
            await Silo.Http.PostAsync("namespaces/default/workflows/changed/signals/Go", body); // refused: it cannot be taken
        await Silo.UntilAsync("changed", static d => (string)d["status"]! == "stalled", "stalls");
        await Expect(Page.Locator(".head .pill")).ToHaveTextAsync("! stalled");
        await Expect(Page.Locator(".waits li").First).ToContainTextAsync("Fitting code.");
        await Expect(Page.Locator(".diff .expected")).ToContainTextAsync("− TimerStarted 1");
        await Expect(Page.Locator(".diff .actual")).ToContainTextAsync("Elsewhere.Do");
        await Axe.AssertNoBarriersAsync(Page, "stalled workflow");
        await Page.EmulateMediaAsync(new() { ColorScheme = Microsoft.Playwright.ColorScheme.Dark });
        await Axe.AssertNoBarriersAsync(Page, "stalled workflow, dark");
        await OpenAsync("#/");
        await Expect(Page.Locator(".figure.attention")).ToContainTextAsync("Stalled");
        await OpenAsync(ViewOf("changed"));
        await Silo.KillAsync();
        changing.Version = 1;
        await Silo.StartAsync();
        await Silo.SignalAsync("changed", "Go");
        await Expect(Page.Locator(".head .pill")).ToHaveTextAsync("✓ completed");
        await Expect(Page.Locator(".stall")).ToBeHiddenAsync();
    }

    public sealed class ChangingSilo : DashboardSilo
    {
        public int Version { get; set; } = 1;

        protected override string[] Arguments => ["--assembly", Build(Version).FullName];

        private FileInfo Build(int version)
        {
            var step = version == 1 ? "Context.DelayAsync(TimeSpan.FromDays(1))"
                : "Context.ExecuteActivityAsync<string>(\"Elsewhere.Do\", new object[] { 1 }, "
                    + "new ActivityOptions { StartToCloseTimeout = TimeSpan.FromSeconds(9) })";
            return AssemblyCompiler.Compile(
                Directory.CreateDirectory(Path.Combine(Folder.FullName, $"v{version}")), "Changing",
                [MetadataReference.CreateFromFile(typeof(Workflow).Assembly.Location)],
                $$"""
                using System;
                using System.Threading.Tasks;
                using Orchestration.Workflows;
                [Workflow("changing")]
                public sealed class Changing : Workflow<string, string>
                {
                    private bool _goes;
                    [Signal] public void Go() => _goes = true;
                    public override async Task<string> RunAsync(string input)
                    {
                        var step = {{step}};
                        await Context.WhenAsync(() => _goes);
                        return input;
                    }
                }
                """);
        }
    }
}
