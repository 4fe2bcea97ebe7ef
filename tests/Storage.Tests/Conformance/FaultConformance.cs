using Orchestration.Grains.Storage;
using Orchestration.Tests.Support.Storage;

namespace Orchestration.Storage.Tests.Conformance;

/// <summary>
/// A writer that repeats what failed or went unanswered ends with every turn written once, whatever goes wrong where.
/// </summary>
public abstract class FaultConformance(StoreFixture fixture) : StoreConformance(fixture)
{
    private const int Turns = 6;

    [Theory]
    [InlineData(StoreFault.Fail, false)]
    [InlineData(StoreFault.LoseReply, false)]
    [InlineData(StoreFault.Fail, true)]
    [InlineData(StoreFault.LoseReply, true)]
    public async Task AppendAsync_NthWriteFails_RepeatsUntilEachTurnStandsOnce(StoreFault fault, bool crashes)
    {
        for (var nth = 1; nth <= Turns; nth++)
        {
            var key = NewKey($"w{nth}");
            var faulty = new FaultyHistoryStore(Store).Inject(nth, fault);
            long handle = 0;
            for (var n = 0; n < Turns; n++)
            {
                var request = n == 0 ? First(key) : Next(key, n, handle, n == Turns - 1 ? Closed : null);
                AppendResult result;
                try
                {
                    result = await faulty.AppendAsync(request);
                }
                catch (StoreUnavailable)
                {
                    if (crashes)
                    {
                        await Fixture.ReopenAsync();
                        faulty = new FaultyHistoryStore(Store);
                    }

                    result = await faulty.AppendAsync(request);
                }

                Assert.Equal(AppendOutcome.Appended, result.Outcome);
                handle = result.Handle;
            }

            var history = await HistoryAsync(key);
            Assert.Equal(Enumerable.Range(1, Turns).Select(n => (long)n), history.Select(b => b.FirstSequence));
            Assert.Equal(Closed, (await Store.FindAsync(key.Key))!.Summary);
        }
    }

    [Fact]
    public async Task AppendAsync_LateAfterAForeignTurn_IsAConflict()
    {
        var key = NewKey();
        var faulty = new FaultyHistoryStore(Store);
        var handle = (await faulty.AppendAsync(First(key))).Handle;
        var hold = faulty.HoldBefore(2);
        var late = faulty.AppendAsync(Next(key, 1, handle, body: "late")).AsTask();
        await hold.Reached;
        await faulty.AppendAsync(Next(key, 1, handle, body: "foreign"));
        hold.Release();
        Assert.Equal(AppendOutcome.Conflict, (await late).Outcome);
        Assert.Equal(["started", "foreign"], (await HistoryAsync(key)).Select(Text));
    }

    [Fact]
    public async Task AppendAsync_SlowAnswer_IsDurableBeforeIt()
    {
        var key = NewKey();
        var faulty = new FaultyHistoryStore(Store);
        var hold = faulty.HoldAfter(1);
        var slow = faulty.AppendAsync(First(key)).AsTask();
        await hold.Reached;
        Assert.False(slow.IsCompleted);
        Assert.NotNull(await Store.FindAsync(key.Key));
        hold.Release();
        Assert.Equal(AppendOutcome.Appended, (await slow).Outcome);
    }
}
