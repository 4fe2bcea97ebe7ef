using Microsoft.Playwright;

namespace Orchestration.Dashboard.Tests.Browser;

/// <summary>Debian's Chromium under Playwright, one for all tests. Without it the tests fail, and say what to do.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    /// <summary>How long tests wait for what should be on a page, in milliseconds.</summary>
    public const float Patience = 30_000;

    private IPlaywright? _playwright;

    public IBrowser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();

        // A wait ends as soon as what is awaited is there; five seconds, which it would be, pass on a busy machine.
        Assertions.SetDefaultExpectTimeout(Patience);
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program(),
            Args = ["--no-sandbox", "--disable-dev-shm-usage"], // pages of this repository alone; root has no sandbox
        });
    }

    public async Task DisposeAsync()
    {
        if (Browser is not null) await Browser.CloseAsync();
        _playwright?.Dispose();
    }

    private static string Program() =>
        Environment.GetEnvironmentVariable("ORCHESTRATION_CHROMIUM") is { Length: > 0 } chosen ? chosen
        : Array.Find(Places, File.Exists) ?? throw new InvalidOperationException(
            "Chromium is not installed; ./test.sh --full Dashboard installs Debian's, or name one in ORCHESTRATION_CHROMIUM.");
}
