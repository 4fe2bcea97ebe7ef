using Microsoft.Playwright;
using Orchestration.Dashboard.Tests.Browser;
using Orchestration.Dashboard.Tests.Workflows;

namespace Orchestration.Dashboard.Tests;

[Collection(BrowserCollection.Name)]
public sealed class WorkflowPageTests(Chromium chromium, DashboardSilo silo) : BrowserTest(chromium, silo)
{
    [Fact]
    public async Task Page_AttemptThatFailed_SaysWhyItWaits()
    {
        await Silo.BeginAsync("declined", "checkout", new Cart("books", ChargeFailures: 99, RetrySeconds: 3600));
        await Silo.UntilAsync(
            "declined", static d => d["activities"]!.AsArray().Any(static a => a!["retryAt"] is not null), "backs off");
        await OpenAsync(ViewOf("declined"));
        var waits = Page.Locator(".waits li").First;
        await Expect(waits).ToContainTextAsync("Shop.Charge #3: Attempt 1 failed: the card was declined (CardDeclined).");
        await Expect(waits).ToContainTextAsync("Attempt 2 of 9 is due at");
        await Expect(waits).ToContainTextAsync("(in 59 min");
    }

    [Fact]
    public async Task Page_RunThatGoesOn_FollowsItToItsEnd()
    {
        await Silo.BeginAsync("follows", "checkout", new Cart("a lamp", WithParcel: true));
        await OpenAsync(ViewOf("follows"));
        await Expect(Page.Locator(".head .pill")).ToHaveTextAsync("▸ running");
        await Expect(Page.Locator(".waits")).ToContainTextAsync("Timer #4");
        await Expect(Page.Locator(".waits")).ToContainTextAsync("Until _approvedBy is not null.");
        await Expect(Page.Locator(".waits")).ToContainTextAsync("A message may move it on: signal Approve or update Note.");
        await Silo.SignalAsync("follows", "Approve", "ada");
        await Expect(Page.Locator(".head .pill")).ToHaveTextAsync("✓ completed");
        await Expect(Page.Locator(".values")).ToContainTextAsync("charge-1, approved by ada");
        await Expect(Page.Locator(".why")).ToBeHiddenAsync();
        await Expect(Page.Locator(".row.completed .label")).ToContainTextAsync(
            ["checkout", "Shop.Reserve", "Shop.Charge", "Approve", "parcel"]);
    }

    [Fact]
    public async Task Timeline_SagaThatWasUndone_ShowsAttemptsChildAndCompensation()
    {
        await Silo.BeginAsync("undone", "checkout", new Cart("a vase", ChargeFailures: 2, WithParcel: true, IsLost: true));
        await Silo.SignalAsync("undone", "Approve", "bob");
        await Silo.UntilAsync("undone", static d => (string)d["status"]! == "failed", "fails");
        await OpenAsync(ViewOf("undone"));
        var charge = Page.Locator(".row", new() { HasText = "Shop.Charge" });
        await Expect(charge.Locator(".said")).ToContainTextAsync("3 attempts, completed");
        await Expect(charge.Locator(".bar.failed")).ToHaveCountAsync(2);
        await Expect(charge.Locator(".bar.backoff")).ToHaveCountAsync(2);
        await Expect(charge.Locator(".bar.completed")).ToHaveCountAsync(1);
        var compensation = Page.Locator(".row", new() { HasText = "release the stock" });
        await Expect(compensation.Locator(".said")).ToContainTextAsync("completed");
        await Expect(Page.Locator(".row", new() { HasText = "Approve" }).Locator(".mark")).ToHaveCountAsync(1);
        await charge.Locator("button").ClickAsync();
        await Expect(Page.Locator(".history")).ToContainTextAsync("Only the 4 events of #3.");
        await Page.Locator(".events summary").First.ClickAsync();
        await Expect(Page.Locator(".events dl").First).ToContainTextAsync("arguments");
        await Page.GetByLabel("by steps").CheckAsync();
        await Expect(Page.Locator(".timeline")).ToContainTextAsync("each event takes one step");
        await Expect(Page.Locator(".family")).ToContainTextAsync("undone/parcel");
        await Page.Locator(".family").GetByRole(AriaRole.Link, new() { Name = "undone/parcel" }).ClickAsync();
        await Expect(Page.Locator("#workflow-title")).ToHaveTextAsync("undone/parcel");
        await Expect(Page.Locator(".family")).ToContainTextAsync("failed undone checkout");
    }

    [Theory]
    [InlineData("..")]
    [InlineData("~tilde")]
    [InlineData("a/b%2F?c#d&e")]
    [InlineData("Grüße 𝄞 \"quoted\"")]
    public async Task Page_IdThatNeedsEscaping_IsFoundByTheListAndShown(string id)
    {
        await Silo.BeginAsync(id, "nothing", "x");
        await OpenAsync($"#/default/workflows?idPrefix={Uri.EscapeDataString(id)}");
        await Page.Locator(".runs .id").First.ClickAsync();
        await Expect(Page.Locator("#workflow-title")).ToHaveTextAsync(id);
        await Expect(Page.Locator(".values")).ToContainTextAsync("\"x\"");
    }

    [Fact]
    public async Task Page_ScriptInIdAndPayload_IsTextAndNeverRuns()
    {
        const string Id = "<script>window.hacked=1</script><img src=x onerror=window.hacked=2>";
        const string Payload = "<img src=x onerror=\"window.hacked=3\"><svg onload=window.hacked=4>";
        await Silo.BeginAsync(Id, "checkout", new Cart(Payload));
        await Silo.SignalAsync(Id, "Approve", Payload);
        await Silo.UntilAsync(Id, static d => (string)d["status"]! == "completed", "ends");
        await OpenAsync("#/default/workflows?status=completed");
        await Expect(Page.Locator(".runs .id", new() { HasText = Id })).ToHaveCountAsync(1);
        await Page.Locator(".runs .id", new() { HasText = Id }).ClickAsync();
        await Expect(Page.Locator("#workflow-title")).ToHaveTextAsync(Id);
        await Expect(Page.Locator(".values")).ToContainTextAsync("<svg onload=window.hacked=4>");
        foreach (var summary in await Page.Locator(".events summary").AllAsync()) await summary.ClickAsync();
        await Expect(Page.Locator("main img, main script, main svg")).ToHaveCountAsync(0);
        Assert.Equal("undefined", await Page.EvaluateAsync<string>("typeof window.hacked"));

        // And the browser would refuse it, were the page to make that mistake.
        var refusal = await Page.EvaluateAsync<string>(
            "() => { try { document.body.innerHTML = '<b>x</b>'; return 'done' } catch (e) { return e.message } }");
        Assert.Contains("Trusted", refusal, StringComparison.Ordinal);
        Forgive("TrustedHTML");
    }

    [Fact]
    public async Task History_LongerThanAnybodyReads_ShowsBothEndsAndTheRestOnRequest()
    {
        const int Steps = 3000;
        await Silo.BeginAsync("long", "long", Steps);
        await Silo.UntilAsync("long", static d => (string)d["status"]! == "completed", "ends");
        await OpenAsync(ViewOf("long"));
        var history = Page.Locator(".history");
        await Expect(history).ToContainTextAsync("6,002 events; 501 to 4,002 are left out");
        await Page.GetByLabel("newest first").CheckAsync();
        await Expect(Page.Locator(".events .type").First).ToHaveTextAsync("run-completed");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Read on in what is left out" }).ClickAsync();
        await Expect(history).ToContainTextAsync("2,501 to 4,002 are left out");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Read on in what is left out" }).ClickAsync();
        await Expect(history).Not.ToContainTextAsync("left out");
        await Page.GetByLabel("Find").FillAsync("2500"); // an event's number, or a command's
        await Expect(Page.Locator(".events .number")).ToHaveTextAsync(["5001", "5000", "2500"]);
        await Expect(Page.Locator(".timeline")).ToContainTextAsync("Show all 3001 rows");
    }

    [Fact]
    public async Task Page_WorkflowThatIsNotThere_SaysWhatToDo()
    {
        await OpenAsync(ViewOf("nobody"));
        await Expect(Page.Locator(".problem")).ToContainTextAsync("No workflow 'nobody' is known.");
        await Expect(Page.Locator(".problem")).ToContainTextAsync("List the workflows of the namespace to find the id");
        await OpenAsync("#/default/nonsense/at/all");
        await Expect(Page.Locator(".problem")).ToContainTextAsync("The dashboard has no such page.");
    }
}
