using Microsoft.Playwright;
using Orchestration.Dashboard.Tests.Browser;
using Orchestration.Dashboard.Tests.Workflows;

namespace Orchestration.Dashboard.Tests;

[Collection(BrowserCollection.Name)]
public sealed class OverviewTests(Chromium chromium, DashboardSilo silo) : BrowserTest(chromium, silo)
{
    [Fact]
    public async Task Overview_RunsAndFailures_AreToldByTypeAndFollowedLive()
    {
        await Silo.BeginAsync("seen-1", "refusal", "x");
        await OpenAsync();
        var refusal = RowOf("workflow-types", "refusal");
        await Expect(refusal).ToContainTextAsync("100.0 %");
        await Expect(Page.Locator("#live")).ToHaveTextAsync("live");
        var before = await EndedAsync(refusal);
        await Silo.BeginAsync("seen-2", "refusal", "x");
        await Silo.BeginAsync("seen-3", "checkout", new Cart("books", ChargeFailures: 99, RetrySeconds: 3600));
        await Expect(refusal.Locator("td").Nth(4)).ToHaveTextAsync($"{before + 1}");
        await Expect(RowOf("activity-types", "Shop.Charge").Locator(".bad")).ToBeVisibleAsync(new() { Timeout = 15_000 });
        await Expect(Page.Locator(".figure", new() { HasText = "Open workflows" }).Locator(".value")).Not.ToHaveTextAsync("0");
        await refusal.GetByRole(AriaRole.Link, new() { Name = "refusal" }).ClickAsync();
        await Expect(Page.GetByLabel("Type")).ToHaveValueAsync("refusal");
        await Expect(Page.Locator(".runs .id").First).ToHaveTextAsync("seen-2");
    }

    [Fact]
    public async Task Overview_Silo_ShowsItsLoadAndAllShards()
    {
        await OpenAsync();
        var row = Page.Locator("#silos ~ .wide tbody tr");
        await Expect(row).ToHaveCountAsync(1);
        await Expect(row).ToContainTextAsync("active");
        await Expect(row).ToContainTextAsync("256");
        await Expect(row.Locator("td").Nth(2)).ToContainTextAsync("%"); // between two readings
    }

    private ILocator RowOf(string table, string type) => Page.Locator(
        $"#{table} ~ .wide tbody tr", new() { Has = Page.GetByRole(AriaRole.Rowheader, new() { Name = type, Exact = true }) });

    private static async Task<int> EndedAsync(ILocator row) =>
        int.Parse(await row.Locator("td").Nth(4).InnerTextAsync(), System.Globalization.CultureInfo.InvariantCulture);
}
