using Orchestration.Grains.Kernel.History;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

/// <summary>What code asked of other runs, and does not ask any more: a mismatch as any other.</summary>
public class OutboxStallTests
{
    [Fact]
    public void Replay_CodeNoLongerStartsTheChild_StallsWithExpectedAgainstActual()
    {
        var harness = Harness.Of<Parent>("x");
        Assert.Contains(harness.History, static e => e is ChildScheduled);
        var run = harness.Reload(Harness.SettingsFor(typeof(Childless)));
        Assert.Equal(FaultCodes.Nondeterminism, run.Stall?.Code);
        Assert.Contains("ChildScheduled", run.Stall?.Expected, StringComparison.Ordinal);
    }

    [Workflow("outbox")]
    public sealed class Parent : Workflow<string, string>
    {
        public override Task<string> RunAsync(string input) =>
            Context.Child("outbox", "child").ExecuteAsync<string>(input);
    }

    [Workflow("outbox")]
    public sealed class Childless : Workflow<string, string>
    {
        public override async Task<string> RunAsync(string input)
        {
            await Context.WhenAsync(static () => false);
            return input;
        }
    }
}
