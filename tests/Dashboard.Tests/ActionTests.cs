using Microsoft.Playwright;
using Orchestration.Dashboard.Tests.Browser;
using Orchestration.Dashboard.Tests.Workflows;

namespace Orchestration.Dashboard.Tests;

[Collection(BrowserCollection.Name)]
public sealed class ActionTests(Chromium chromium, DashboardSilo silo) : BrowserTest(chromium, silo)
{
    private ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    private ILocator Status => Page.Locator(".head .pill");

    [Fact]
    public async Task Signal_WithItsArguments_TakesEffect()
    {
        await OpenRunAsync("act-signal");
        await Page.Keyboard.PressAsync("s");
        await Expect(Dialog).ToContainTextAsync("Approve(string by)");
        await Dialog.GetByLabel("Arguments").FillAsync("ada");
        await DoAsync("Send signal");
        await Expect(Dialog).ToContainTextAsync("The arguments are no JSON");
        await Dialog.GetByLabel("Arguments").FillAsync("\"ada\"");
        await DoAsync("Send signal");
        await Expect(Dialog).ToHaveCountAsync(0);
        await Expect(Status).ToHaveTextAsync("✓ completed");
        await Expect(Page.Locator(".values")).ToContainTextAsync("approved by ada");
        await Expect(Page.Locator(".actions button")).ToHaveTextAsync(["Query"]); // what can do nothing is not there
    }

    [Fact]
    public async Task Signal_AskedForBeforeItsTypeIsKnown_OffersTheNamesOnceItIs()
    {
        var answer = new TaskCompletionSource();
        await Page.RouteAsync("**/workflow-types/*", async route =>
        {
            await answer.Task;
            await route.ContinueAsync();
        });
        await OpenRunAsync("act-late");
        await Page.Keyboard.PressAsync("s");
        await Expect(Dialog.GetByRole(AriaRole.Textbox, new() { Name = "Name of the signal" })).ToBeFocusedAsync();
        answer.SetResult();
        await Expect(Dialog).ToContainTextAsync("Approve(string by)");
        await Expect(Dialog.GetByRole(AriaRole.Combobox, new() { Name = "Name of the signal" })).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Update_RefusedThenTaken_KeepsWhatWasTypedAndShowsTheAnswer()
    {
        await OpenRunAsync("act-update");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Update" }).ClickAsync();
        await Dialog.GetByLabel("Arguments").FillAsync("\"\"");
        await DoAsync("Send update");
        await Expect(Dialog.Locator(".problem")).ToContainTextAsync("an empty note says nothing");
        await Expect(Dialog.GetByLabel("Arguments")).ToHaveValueAsync("\"\"");
        await Dialog.GetByLabel("Arguments").FillAsync("\"fragile\"");
        await DoAsync("Send update");
        await Expect(Dialog).ToContainTextAsync("The update's answer");
        await Expect(Dialog).ToContainTextAsync("was: a lamp");
    }

    [Fact]
    public async Task Query_Asked_ShowsTheAnswerAndChangesNothing()
    {
        await OpenRunAsync("act-query");
        var before = (long)(await Silo.DescribeAsync("act-query"))["historyLength"]!;
        await Page.Keyboard.PressAsync("q");
        await DoAsync("Ask");
        await Expect(Dialog).ToContainTextAsync("null");
        Assert.Equal(before, (long)(await Silo.DescribeAsync("act-query"))["historyLength"]!);
    }

    [Fact]
    public async Task Cancel_Confirmed_AsksTheCodeAndUndoes()
    {
        await OpenRunAsync("act-cancel");
        await Page.Keyboard.PressAsync("c");
        await DoAsync("Do nothing");
        await Expect(Status).ToHaveTextAsync("▸ running");
        await Page.Keyboard.PressAsync("c");
        await Dialog.GetByLabel("Why (recorded)").FillAsync("not wanted");
        await DoAsync("Cancel the run");
        await Expect(Status).ToHaveTextAsync("⊘ canceled");
        var undone = Page.Locator(".row", new() { HasText = "release the stock" });
        await Expect(undone.Locator(".said")).ToContainTextAsync("completed");
    }

    [Fact]
    public async Task Terminate_OnlyWithTheIdTyped_EndsTheRun()
    {
        await OpenRunAsync("act-terminate");
        await Page.Keyboard.PressAsync("x");
        await Dialog.GetByLabel("Type the workflow's id").FillAsync("act-other");
        await DoAsync("Terminate the run");
        await Expect(Dialog).ToContainTextAsync("The id is not this workflow's");
        await Dialog.GetByLabel("Type the workflow's id").FillAsync("act-terminate");
        await DoAsync("Terminate the run");
        await Expect(Status).ToHaveTextAsync("■ terminated");
    }

    [Fact]
    public async Task Activity_PausedAndResumed_SaysSo()
    {
        await Silo.BeginAsync("act-pause", "checkout", new Cart("books", ChargeFailures: 1, RetrySeconds: 3600));
        await Silo.UntilAsync(
            "act-pause", static d => d["activities"]!.AsArray().Any(static a => a!["retryAt"] is not null), "backs off");
        await OpenAsync(ViewOf("act-pause"));
        await Page.GetByRole(AriaRole.Button, new() { Name = "pause", Exact = true }).ClickAsync();
        await Dialog.GetByLabel("Why (recorded)").FillAsync("the bank is down");
        await DoAsync("Pause");
        await Expect(Page.Locator(".waits")).ToContainTextAsync("is paused since");
        await Expect(Page.Locator(".waits")).ToContainTextAsync("(the bank is down)");
        await Page.GetByRole(AriaRole.Button, new() { Name = "resume", Exact = true }).ClickAsync();
        await DoAsync("Resume");
        await Expect(Page.Locator(".waits")).Not.ToContainTextAsync("is paused since");
        await Page.GetByRole(AriaRole.Button, new() { Name = "count attempts anew" }).ClickAsync();
        await DoAsync("Count anew");
        await Expect(Page.Locator(".waits")).ToContainTextAsync("Timer"); // it was tried at once, and went well
    }

    private async Task OpenRunAsync(string id)
    {
        await Silo.BeginAsync(id, "checkout", new Cart("a lamp"));
        await Silo.UntilAsync(id, static d => d["timers"]!.AsArray().Count > 0, "waits");
        await OpenAsync(ViewOf(id));
        await Expect(Status).ToHaveTextAsync("▸ running");
        await Expect(Page.Locator("#live")).ToHaveTextAsync("live");
    }

    private Task DoAsync(string what) =>
        Dialog.GetByRole(AriaRole.Button, new() { Name = what, Exact = true }).ClickAsync();
}
