using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

/// <summary>Goes round in several ways, none of which ever ends.</summary>
[Workflow("looping")]
public sealed class LoopingWorkflow : Workflow<string, int>
{
    [AllowNondeterminism("Breaks the rules on purpose: the engine's guard is what is tested.")]
    public override async Task<int> RunAsync(string input)
    {
        await Context.DelayAsync(TimeSpan.FromSeconds(1));
        switch (input)
        {
            case "yield":
                while (true) await Task.Yield();
            case "condition":
                while (true) await Context.WhenAsync(static () => true);
            case "clock":
                var end = Context.UtcNow.AddSeconds(1);
                while (Context.UtcNow < end) continue;
                break;
            case "ids":
                while (Context.NewGuid() != Guid.Empty) continue;
                break;
            case "unawaited":
                while (true) _ = Context.DelayAsync(TimeSpan.FromHours(1));
            case "recursion":
                await Deeper(0);
                break;
        }

        return 0;
    }

    private async Task<int> Deeper(int depth)
    {
        await Context.WhenAsync(static () => true);
        return await Deeper(depth + 1);
    }
}

public class LoopTests
{
    [Theory]
    [InlineData("yield", FaultCodes.EndlessLoop)]
    [InlineData("condition", FaultCodes.EndlessLoop)]
    [InlineData("clock", FaultCodes.EndlessLoop)]
    [InlineData("ids", FaultCodes.EndlessLoop)]
    [InlineData("unawaited", FaultCodes.HistoryTooLarge)]
    public void Code_ThatNeverComesToRest_StallsAndNamesThePlace(string input, string code)
    {
        Loop(input, code);
    }

    [Fact]
    public void Code_ThatCallsItselfTooDeeply_StallsInsteadOfTakingTheProcessDown()
    {
        // On a small stack: the collector walks all of a deep one again and again.
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(() => Loop("recursion", FaultCodes.StackTooDeep)), 512 * 1024);
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    private static void Loop(string input, string code)
    {
        var settings = Harness.SettingsFor(typeof(LoopingWorkflow)) with
        {
            MaximumStepsPerStimulus = input == "recursion" ? 1_000_000 : 10_000,
            MaximumHistoryEvents = 1000,
        };
        var run = Harness.Of<LoopingWorkflow>(input, settings);
        run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(code, run.Run.Stall?.Code);
        if (code != FaultCodes.HistoryTooLarge)
            Assert.Contains("TimerStarted 1", run.Run.Stall?.Message, StringComparison.Ordinal);
        Assert.Equal(code, run.Reload().Stall?.Code);
    }
}
