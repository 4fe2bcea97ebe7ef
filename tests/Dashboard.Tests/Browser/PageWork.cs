using Microsoft.Playwright;

namespace Orchestration.Dashboard.Tests.Browser;

/// <summary>The processor time that the page's own thread has taken, as the browser counts it: scripts, styles, layout.</summary>
internal sealed class PageWork(ICDPSession session)
{
    private double _from;

    /// <summary>That of a page.</summary>
    public static async Task<PageWork> OfAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("Performance.enable", new() { ["timeDomain"] = "threadTicks" });
        return new PageWork(session);
    }

    /// <summary>Counts from here.</summary>
    public async Task BeginAsync() => _from = await ReadAsync();

    /// <summary>How many milliseconds it was since.</summary>
    public async Task<double> EndAsync()
    {
        var now = await ReadAsync();
        return (now >= _from ? now - _from : now) * 1000; // the page may have gone to a new process, which begins at zero
    }

    private async Task<double> ReadAsync()
    {
        var answer = await session.SendAsync("Performance.getMetrics")
            ?? throw new InvalidOperationException("The browser tells no figures.");
        return answer.GetProperty("metrics").EnumerateArray()
            .Single(static m => m.GetProperty("name").GetString() == "TaskDuration").GetProperty("value").GetDouble();
    }
}
