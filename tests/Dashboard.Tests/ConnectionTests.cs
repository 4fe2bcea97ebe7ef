using Microsoft.Playwright;
using Orchestration.Dashboard.Tests.Browser;
using Orchestration.Dashboard.Tests.Workflows;

namespace Orchestration.Dashboard.Tests;

/// <summary>The silo goes while the page is open, and comes back.</summary>
public sealed class ConnectionTests(Chromium chromium, DashboardSilo silo)
    : BrowserTest(chromium, silo), IClassFixture<Chromium>, IClassFixture<DashboardSilo>
{
    [Fact]
    public async Task Silo_KilledAndStarted_PageSaysSoAndGoesOnByItself()
    {
        await Silo.BeginAsync("outlives", "checkout", new Cart("a lamp"));
        await OpenAsync(ViewOf("outlives"));
        await Expect(Page.Locator("#live")).ToHaveTextAsync("live");
        await Page.Keyboard.PressAsync("s");
        await Page.GetByLabel("Arguments").FillAsync("\"ada\"");
        await Silo.KillAsync();
        var notice = Page.Locator("#notice");
        await Expect(notice).ToContainTextAsync("does not answer");
        await Expect(notice).ToContainTextAsync("Start this silo again");
        await Expect(Page.Locator("#live")).ToHaveTextAsync("not connected");

        // What is asked for meanwhile is told to have had no answer; what was typed stays.
        await Page.GetByRole(AriaRole.Button, new() { Name = "Send signal" }).ClickAsync();
        await Expect(Page.Locator("dialog .problem")).ToContainTextAsync("No silo answered.");
        await Silo.StartAsync();
        await Expect(notice).ToBeHiddenAsync();
        await Expect(Page.Locator("#live")).ToHaveTextAsync("live");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Send signal" }).ClickAsync();
        await Expect(Page.Locator(".head .pill")).ToHaveTextAsync("✓ completed");
    }

    [Fact]
    public async Task View_OpenedWhileNoSiloAnswers_IsShownOnceOneDoes()
    {
        await OpenAsync();
        await Expect(Page.Locator(".figures")).ToBeVisibleAsync();
        await Silo.KillAsync();
        await Expect(Page.Locator("#notice")).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Workflows", Exact = true }).ClickAsync();
        await Expect(Page.Locator(".problem")).ToContainTextAsync("No silo answered.");
        await Silo.StartAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Workflows" })).ToBeVisibleAsync();
    }
}
