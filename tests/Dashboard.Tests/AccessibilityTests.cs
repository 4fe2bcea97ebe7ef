using Microsoft.Playwright;
using Orchestration.Dashboard.Tests.Browser;
using Orchestration.Dashboard.Tests.Workflows;

namespace Orchestration.Dashboard.Tests;

/// <summary>Each page by the rules of WCAG 2, A and AA: light and dark, on a desk and on a phone.</summary>
[Collection(BrowserCollection.Name)]
public sealed class AccessibilityTests(Chromium chromium, DashboardSilo silo) : BrowserTest(chromium, silo)
{
    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 360)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task Pages_EachOfThem_HaveNoBarriersAndFitTheirScreen(ColorScheme scheme, int width)
    {
        await PrepareAsync();
        await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        await Page.SetViewportSizeAsync(width, 800);
        await LookAsync("overview", "#/", ".charts");
        await Expect(Page.Locator("#silos ~ .wide td", new() { HasText = "256" })).ToHaveCountAsync(1);
        await LookAsync("list", "#/default/workflows", ".runs");
        await LookAsync("list that is empty", "#/default/workflows?idPrefix=none-of-them", "main [role=status]");
        await LookAsync("open workflow", ViewOf("barriers-open"), ".waits");
        await Page.Keyboard.PressAsync("s");
        await CheckAsync("signal dialog");
        await Page.Keyboard.PressAsync("Escape");
        await LookAsync("failed workflow", ViewOf("barriers-failed"), ".history");
        foreach (var summary in (await Page.Locator("summary").AllAsync()).Take(4)) await summary.ClickAsync();
        await CheckAsync("failed workflow, opened");
        await Page.GetByLabel("by steps").CheckAsync();
        await CheckAsync("timeline by steps");
        await Page.Keyboard.PressAsync("Escape");
        await LookAsync("workflow that is not there", ViewOf("nobody"), ".problem");
    }

    private async Task LookAsync(string what, string view, string shown)
    {
        await OpenAsync(view);
        await Expect(Page.Locator(shown).First).ToBeVisibleAsync();
        await CheckAsync(what);
    }

    private async Task CheckAsync(string what)
    {
        await Axe.AssertNoBarriersAsync(Page, what);
        var (wanted, has) = (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), Page.ViewportSize!.Width);
        Assert.True(wanted <= has, $"{what} is {wanted} wide, and the screen {has}");
    }

    private async Task PrepareAsync()
    {
        using var known = await Silo.Http.GetAsync("namespaces/default/workflows/barriers-failed");
        if (known.IsSuccessStatusCode) return;
        await Silo.BeginAsync("barriers-open", "checkout", new Cart("books", ChargeFailures: 99, RetrySeconds: 3600));
        await Silo.BeginAsync("barriers-failed", "checkout", new Cart("a vase", 1, WithParcel: true, IsLost: true));
        await Silo.BeginAsync("barriers-refused", "refusal", "no");
        await Silo.SignalAsync("barriers-failed", "Approve", "bob");
        await Silo.UntilAsync("barriers-failed", static d => (string)d["status"]! == "failed", "fails");
        await Silo.UntilAsync("barriers-open", static d => d["activities"]!.AsArray().Count > 0, "waits");
    }
}
