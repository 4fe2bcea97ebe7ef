using Microsoft.Playwright;

namespace Orchestration.Dashboard.Tests.Browser;

/// <summary>A test with a page of its own. What the page reports as an error, or its policy refuses, fails the test.</summary>
public abstract class BrowserTest(Chromium chromium, DashboardSilo silo) : IAsyncLifetime
{
    private readonly List<string> _complaints = [];
    private IBrowserContext? _context;

    protected DashboardSilo Silo { get; } = silo;

    protected IPage Page { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _context = await chromium.Browser.NewContextAsync(Options());
        _context.SetDefaultTimeout(Chromium.Patience);
        Page = await _context.NewPageAsync();
        Page.PageError += (_, error) => Complain(error);
        Page.Console += (_, message) =>
        {
            // That a request failed is what some tests are about; the page tells of it in words.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                Complain(message.Text);
        };
        Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(Silo.Address.ToString(), StringComparison.Ordinal)) Complain($"asks for {request.Url}");
        };
    }

    public async Task DisposeAsync()
    {
        if (_context is not null) await _context.CloseAsync();
        lock (_complaints) Assert.Empty(_complaints);
    }

    protected virtual BrowserNewContextOptions Options() =>
        new() { ViewportSize = new ViewportSize { Width = 1280, Height = 900 } };

    /// <summary>Opens the dashboard at a view.</summary>
    protected Task OpenAsync(string view = "#/") => Page.GotoAsync(new Uri(Silo.Address, "dashboard/" + view).ToString());

    /// <summary>The address of a workflow's view.</summary>
    protected static string ViewOf(string id) => $"#/default/workflow/{Uri.EscapeDataString(id)}";

    protected static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    /// <summary>Forgets a complaint that the test is about.</summary>
    protected void Forgive(string what)
    {
        lock (_complaints) Assert.NotEqual(0, _complaints.RemoveAll(c => c.Contains(what, StringComparison.Ordinal)));
    }

    private void Complain(string what)
    {
        lock (_complaints) _complaints.Add(what);
    }
}
