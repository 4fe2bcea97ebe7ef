using Orchestration.Grains.Kernel;
using Orchestration.Grains.Workflows.Queries;
using Orchestration.Tests.Support;

namespace Orchestration.Grains.Tests.Workflows.Queries;

/// <summary>Questions that wait for a turn's commit.</summary>
public sealed class BetweenTurnsTests : IActivityPlacement
{
    private readonly ManualTimeProvider _clock = new();
    private readonly BetweenTurns _between;
    private readonly WorkflowRun _run;

    public BetweenTurnsTests()
    {
        _between = new BetweenTurns(_clock);
        _run = new WorkflowRun(new RunSettings { Workflows = new WorkflowCatalog([]), Placement = this });
    }

    [Fact]
    public async Task AskAsync_ATurnThatIsCommitted_IsAnsweredByTheRunAfterIt()
    {
        var asked = _between.AskAsync(static run => run);
        Assert.False(asked.IsCompleted);
        _between.Answer(_run);
        Assert.Same(_run, await asked);
    }

    [Fact]
    public async Task AskAsync_AnActivationThatStepsDown_IsAnsweredWithNothing()
    {
        var asked = _between.AskAsync(static run => run);
        _between.Answer(null);
        Assert.Null(await asked);
    }

    [Fact]
    public async Task AskAsync_ATurnThatIsWrittenForLong_IsAnsweredWithNothingAndNotAsked()
    {
        var times = 0;
        var asked = _between.AskAsync(run =>
        {
            times++;
            return run;
        });
        _clock.Advance(BetweenTurns.Patience);
        Assert.Null(await asked);
        _between.Answer(_run);
        Assert.Equal(0, times);
    }

    string IActivityPlacement.ChooseHost(string activityType) => "nowhere";

    bool IActivityPlacement.IsAlive(string host) => false;
}
