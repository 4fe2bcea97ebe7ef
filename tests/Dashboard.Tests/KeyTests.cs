using Microsoft.Playwright;
using Orchestration.Dashboard.Tests.Browser;

namespace Orchestration.Dashboard.Tests;

/// <summary>A silo that asks for a key.</summary>
public sealed class KeyTests(Chromium chromium, KeyTests.KeyedSilo silo)
    : BrowserTest(chromium, silo), IClassFixture<Chromium>, IClassFixture<KeyTests.KeyedSilo>
{
    private const string GivenKey = "0123456789abcdef0123";

    [Fact]
    public async Task SignIn_WrongKeyThenRight_ShowsEverythingLiveUntilTheTabIsClosed()
    {
        await Silo.BeginAsync("behind-a-key", "nothing", "x");
        await OpenAsync("#/default/workflows");
        var field = Page.GetByRole(AriaRole.Textbox, new() { Name = "API key" });
        await Expect(field).ToBeFocusedAsync();
        await Axe.AssertNoBarriersAsync(Page, "sign-in");
        await field.FillAsync("not the right one at all");
        await field.PressAsync("Enter");
        await Expect(Page.Locator(".problem")).ToContainTextAsync("A key is one word");
        await field.FillAsync("not-the-right-key-at-all");
        await field.PressAsync("Enter");
        await Expect(Page.Locator(".problem")).ToContainTextAsync("The API key is not one of this silo's.");
        await Page.GetByRole(AriaRole.Textbox, new() { Name = "API key" }).FillAsync(GivenKey);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(Page.Locator(".runs .id")).ToHaveTextAsync(["behind-a-key"]);
        await Expect(Page.Locator("#live")).ToHaveTextAsync("live"); // the stream has the key too
        await Page.ReloadAsync();
        await Expect(Page.Locator(".runs .id")).ToHaveTextAsync(["behind-a-key"]);
        var other = await Page.Context.NewPageAsync();
        await other.GotoAsync(Page.Url);
        await Expect(other.GetByRole(AriaRole.Textbox, new() { Name = "API key" })).ToBeVisibleAsync();
        Assert.Empty(await Page.Context.CookiesAsync());
    }

    public sealed class KeyedSilo : DashboardSilo
    {
        protected override string Key => GivenKey;

        protected override string[] Arguments
        {
            get
            {
                var path = Path.Combine(Folder.FullName, "keys");
                File.WriteAllText(path, GivenKey + "\n");
                return [.. base.Arguments, "--api-key-file", path];
            }
        }
    }
}
