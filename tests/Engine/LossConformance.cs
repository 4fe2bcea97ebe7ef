using Orchestration.Client;
using Orchestration.Tests.Support;

namespace Orchestration.Tests.Engine;

/// <summary>The same over a store that is a server of its own, which may go away.</summary>
public abstract class LossConformance : EngineConformance
{
    private const int Steps = 40;

    /// <summary>The server, or the way to it, goes away as in a crash, and comes back.</summary>
    protected abstract Task LoseAsync();

    [Fact]
    public async Task Workflows_StoreIsLostAgainAndAgain_EachStepIsDoneOnceInItsHistory()
    {
        const int Workflows = 8, Losses = 4;
        using var host = await StartAsync();
        var chains = Enumerable.Range(0, Workflows).Select(i => ClientOf(host).GetWorkflow<Chain>($"chain-{i}")).ToArray();
        foreach (var chain in chains) await chain.StartAsync(Steps);
        var results = chains.Select(chain => chain.GetResultAsync()).ToArray();
        for (var loss = 1; loss <= Losses; loss++)
        {
            var reached = Workflows * Steps * loss / (Losses + 1);
            await Eventually.EventuallyAsync(() => World.Counted >= reached, "steps");
            await LoseAsync();
        }

        Assert.All(await Task.WhenAll(results), result => Assert.Equal(Steps, result));
        foreach (var chain in chains)
        {
            var done = 0;
            await foreach (var e in chain.GetHistoryAsync())
                if (e.Type == "activity-completed") done++;
            Assert.Equal(Steps, done);
        }

        await host.StopAsync();
    }
}
