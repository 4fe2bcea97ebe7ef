using System.Globalization;
using Microsoft.Playwright;
using Orchestration.Dashboard.Tests.Browser;
using Orchestration.Dashboard.Tests.Workflows;

namespace Orchestration.Dashboard.Tests;

/// <summary>
/// The pictures of the documents, into the folder that ORCHESTRATION_SCREENSHOTS names, or nowhere that stays. With a folder the
/// silo is at work for half a minute first, so that the charts have a course.
/// </summary>
public sealed class ScreenshotTests(Chromium chromium, DashboardSilo silo)
    : BrowserTest(chromium, silo), IClassFixture<Chromium>, IClassFixture<DashboardSilo>
{
    private static readonly string? Wanted = Environment.GetEnvironmentVariable("ORCHESTRATION_SCREENSHOTS");

    [Fact]
    public async Task Pictures_OfEachPage_ShowWhatTheyAreAbout()
    {
        await PrepareAsync();
        await TakeAsync("overview", "#/", ".figures", ColorScheme.Light, 1280, 860);
        await Expect(Page.Locator("#workflow-types ~ .wide")).ToContainTextAsync("checkout");
        await TakeAsync("workflow", ViewOf("order-1042"), ".waits", ColorScheme.Light, 1280, 1000);
        await Expect(Page.Locator(".rows")).ToContainTextAsync("Shop.Charge");
        await TakeAsync("workflow-failed", ViewOf("order-1007"), ".rows", ColorScheme.Dark, 1280, 1000);
        await Expect(Page.Locator(".rows")).ToContainTextAsync("release the stock");
        await TakeAsync("phone", "#/default/workflows", ".runs", ColorScheme.Dark, 390, 844);
        await Expect(Page.Locator(".runs")).ToContainTextAsync("order-");
    }

    private async Task TakeAsync(string name, string view, string shown, ColorScheme scheme, int width, int height)
    {
        await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        await Page.SetViewportSizeAsync(width, height);
        await OpenAsync(view);
        await Expect(Page.Locator(shown)).ToBeVisibleAsync();
        await Expect(Page.Locator("#live")).ToHaveTextAsync(name == "workflow-failed" ? "" : "live");
        if (name == "workflow") await Page.GetByLabel("by steps").CheckAsync();
        if (name == "overview") // with what is known between two readings
            await Expect(Page.Locator("#silos ~ .wide .load .part")).ToHaveCountAsync(4);
        var picture = await Page.ScreenshotAsync();
        Assert.InRange(picture.Length, 10_000, 400_000);
        if (Wanted is { Length: > 0 }) await File.WriteAllBytesAsync(Path.Combine(Wanted, $"dashboard-{name}.png"), picture);
    }

    private async Task OrderAsync(string id, bool isApproved)
    {
        await Silo.BeginAsync(id, "checkout", new Cart("a chair", ChargeFailures: id.EndsWith('3') ? 1 : 0));
        if (isApproved) await Silo.SignalAsync(id, "Approve", "ada");
    }

    private async Task PrepareAsync()
    {
        var lost = new Cart("a vase", ChargeFailures: 2, WithParcel: true, IsLost: true);
        await Silo.BeginAsync("order-1007", "checkout", lost);
        await Silo.BeginAsync("order-1042", "checkout", new Cart("two lamps", ChargeFailures: 2));
        await Silo.BeginAsync("order-1043", "checkout", new Cart("a desk", ChargeFailures: 99, RetrySeconds: 600));
        await Silo.SignalAsync("order-1007", "Approve", "ada");
        await Silo.UntilAsync("order-1007", static d => (string)d["status"]! == "failed", "fails");
        await Silo.UntilAsync("order-1042", static d => d["timers"]!.AsArray().Count > 0, "waits");

        // A course of one and a half minutes, faster and slower.
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(Wanted is { Length: > 0 } ? 500 : 1));
        for (var n = 0; n < 180 && (n < 5 || Wanted is { Length: > 0 }); n++)
        {
            await tick.WaitForNextTickAsync();
            var many = 4 + (int)(3 * Math.Sin(n / 20.0)) + (n % 3);
            for (var i = 0; i < many; i++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"order-{1100 + (n * 10) + i}");
                if ((n + i) % 37 == 0) await Silo.BeginAsync(id, "refusal", "no stock");
                else if ((n + i) % 3 == 0) await OrderAsync(id, isApproved: (n + i) % 9 != 0);
                else await Silo.BeginAsync(id, "parcel", "a chair");
            }
        }
    }
}
