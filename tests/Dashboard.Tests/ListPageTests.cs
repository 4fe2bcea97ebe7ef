using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Orchestration.Dashboard.Tests.Browser;
using Orchestration.Dashboard.Tests.Workflows;

namespace Orchestration.Dashboard.Tests;

[Collection(BrowserCollection.Name)]
public sealed partial class ListPageTests(Chromium chromium, DashboardSilo silo) : BrowserTest(chromium, silo)
{
    private const string List = "#/default/workflows";

    [Fact]
    public async Task Filter_PrefixAndStatus_NarrowTheListAndStandInTheAddress()
    {
        await Silo.BeginAsync("narrow-1", "nothing", "x");
        await Silo.BeginAsync("narrow-2", "refusal", "x");
        await Silo.BeginAsync("wide-1", "refusal", "x");
        await OpenAsync(List);
        await Page.GetByLabel("Id begins with").FillAsync("narrow-");
        await Page.GetByLabel("Id begins with").PressAsync("Enter");
        await Expect(Page.Locator(".runs tbody tr")).ToHaveCountAsync(2);
        await Page.GetByLabel("Status").SelectOptionAsync("failed");
        await Expect(Page.Locator(".runs tbody tr")).ToHaveCountAsync(1);
        await Expect(Page.Locator(".runs .id")).ToHaveTextAsync(["narrow-2"]);
        await Assertions.Expect(Page).ToHaveURLAsync(Narrowed());
        await Page.ReloadAsync();
        await Expect(Page.Locator(".runs .id")).ToHaveTextAsync(["narrow-2"]);
        await Expect(Page.GetByLabel("Id begins with")).ToHaveValueAsync("narrow-");
    }

    [Fact]
    public async Task Filter_TimeOfEnd_ListsWhatEndedThenNewestEndFirst()
    {
        await Silo.BeginAsync("end-1", "checkout", new Cart("a lamp"));
        await Silo.BeginAsync("end-2", "nothing", "x");
        await Silo.BeginAsync("end-open", "checkout", new Cart("a lamp"));
        await OpenAsync($"{List}?idPrefix=end-&closedFrom=-1h");
        await Expect(Page.Locator(".runs .id")).ToHaveTextAsync(["end-2"]);
        using var ended = await Silo.Http.PostAsync("namespaces/default/workflows/end-1/terminate", null);
        Assert.True(ended.IsSuccessStatusCode);
        await Page.ReloadAsync();
        await Expect(Page.Locator(".runs .id")).ToHaveTextAsync(["end-1", "end-2"]);
        await Expect(Page.GetByRole(AriaRole.Columnheader, new() { Name = "Ended" })).ToBeVisibleAsync();
        await Page.GetByLabel("Ended from").FillAsync("");
        await Page.GetByLabel("Ended before").FillAsync("-1h");
        await Page.GetByLabel("Ended before").PressAsync("Enter");
        await Expect(Page.GetByText("No run is as the filter says.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Filter_TimeThatIsNone_IsToldWithWhatToDo()
    {
        await OpenAsync($"{List}?startedFrom=yesterday");
        await Expect(Page.Locator(".problem")).ToContainTextAsync("'startedFrom=yesterday' is no time");
        await Expect(Page.Locator(".problem")).ToContainTextAsync("2030-01-31T12:00:00Z");
    }

    [Fact]
    public async Task Filter_Saved_IsKeptByTheBrowserUntilItIsForgotten()
    {
        await Silo.BeginAsync("saved-1", "nothing", "x");
        await OpenAsync($"{List}?idPrefix=saved-");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save this filter" }).ClickAsync();
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Mine");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await OpenAsync(List);
        await Page.GetByRole(AriaRole.Link, new() { Name = "Mine" }).ClickAsync();
        await Expect(Page.Locator(".runs .id")).ToHaveTextAsync(["saved-1"]);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Forget the filter Mine" }).ClickAsync();
        await Page.ReloadAsync();
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Mine" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Pages_ForthAndBack_ShowEachRunOnce()
    {
        foreach (var n in Enumerable.Range(0, 120))
            await Silo.BeginAsync(string.Create(CultureInfo.InvariantCulture, $"paged-{n:000}"), "nothing", "x");
        await OpenAsync($"{List}?idPrefix=paged-");
        var seen = new List<string>();
        foreach (var (first, count) in new[] { ("paged-119", 50), ("paged-069", 50), ("paged-019", 20) })
        {
            await Expect(Page.Locator(".runs .id").First).ToHaveTextAsync(first);
            await Expect(Page.Locator(".runs tbody tr")).ToHaveCountAsync(count);
            seen.AddRange(await Page.Locator(".runs .id").AllTextContentsAsync());
            if (count == 50) await Page.GetByRole(AriaRole.Link, new() { Name = "Next" }).ClickAsync();
        }

        Assert.Equal(120, seen.Distinct().Count());
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Next" })).ToHaveCountAsync(0);
        await Page.GetByRole(AriaRole.Link, new() { Name = "Previous" }).ClickAsync();
        await Expect(Page.Locator(".runs .id").First).ToHaveTextAsync("paged-069");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Previous" }).ClickAsync();
        await Expect(Page.Locator(".runs .id").First).ToHaveTextAsync("paged-119");
    }

    [Fact]
    public async Task List_RunThatStartsMeanwhile_AppearsByItself()
    {
        await Silo.BeginAsync("live-1", "nothing", "x");
        await OpenAsync($"{List}?idPrefix=live-");
        await Expect(Page.Locator(".runs tbody tr")).ToHaveCountAsync(1);
        await Expect(Page.Locator("#live")).ToHaveTextAsync("live");
        await Silo.BeginAsync("live-2", "nothing", "x");
        await Expect(Page.Locator(".runs tbody tr")).ToHaveCountAsync(2); // news come every 5 s
    }

    [Fact]
    public async Task Keyboard_Alone_FiltersOpensAndGoesBack()
    {
        await Silo.BeginAsync("keys-1", "nothing", "x");
        await Silo.BeginAsync("keys-2", "nothing", "x");
        await OpenAsync(List);
        await Expect(Page.Locator(".runs")).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("/");
        await Page.Keyboard.TypeAsync("keys-");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator(".runs tbody tr")).ToHaveCountAsync(2);
        await Page.Keyboard.PressAsync("j");
        await Expect(Page.Locator(".runs .id").First).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("j");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("#workflow-title")).ToHaveTextAsync("keys-1");
        await Page.Keyboard.PressAsync("?");
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Terminate");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Page.Keyboard.PressAsync("g");
        await Page.Keyboard.PressAsync("o");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Tab");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Skip to the content" }).FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("#main")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Theme_Chosen_IsKept()
    {
        await OpenAsync(List);
        var light = await BackgroundAsync();
        await Page.Keyboard.PressAsync("t"); // light
        await Page.Keyboard.PressAsync("t"); // dark
        var dark = await BackgroundAsync();
        Assert.NotEqual(light, dark);
        await Page.ReloadAsync();
        Assert.Equal(dark, await BackgroundAsync());
    }

    private Task<string> BackgroundAsync() => Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");

    [GeneratedRegex("idPrefix=narrow-")]
    private static partial Regex Narrowed();
}
