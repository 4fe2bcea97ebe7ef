using Orchestration.Dashboard.Tests.Browser;
using Orchestration.Dashboard.Tests.Workflows;

namespace Orchestration.Dashboard.Tests;

[Collection(BrowserCollection.Name)]
public sealed class WorkflowPageTests(Chromium chromium, DashboardSilo silo) : BrowserTest(chromium, silo)
{
    [Fact]
    public async Task Page_AttemptThatFailed_SaysWhyItWaits()
    {
        await Silo.StartAsync("declined", "checkout", new Cart("books", ChargeFailures: 99, RetrySeconds: 3600));
        await Silo.UntilAsync(
            "declined", static d => d["activities"]!.AsArray().Any(static a => a!["retryAt"] is not null), "backs off");
        await OpenAsync(ViewOf("declined"));
        var waits = Page.Locator(".waits li").First;
        await Expect(waits).ToContainTextAsync("Shop.Charge #3: Attempt 1 failed: the card was declined (CardDeclined).");
        await Expect(waits).ToContainTextAsync("Attempt 2 of 9 is due at");
    }
}
