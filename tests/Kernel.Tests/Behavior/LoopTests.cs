using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Stimuli;
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

/// <summary>The same in its handlers.</summary>
[Workflow("looping-handlers")]
public sealed class LoopingHandlers : Workflow<string, int>
{
    [Signal]
    public void Go(string how) => GoRound(how);

    [Update]
    public void Go2(string how) => GoRound(how);

    [UpdateValidator(nameof(Judged))]
    public void Judge(string how) => GoRound(how);

    [Update]
    public int Judged(string how) => how.Length;

    [Query]
    public int Ask(string how) => GoRound(how);

    public override async Task<int> RunAsync(string input)
    {
        await Context.WhenAsync(static () => false);
        return 0;
    }

    private int GoRound(string how) => how switch
    {
        "clock" => Watch(),
        "recursion" => Deeper(0),
        _ => 0,
    };

    private int Watch()
    {
        var end = Context.UtcNow.AddSeconds(1);
        while (Context.UtcNow < end) continue;
        return 0;
    }

    private int Deeper(int depth) => Context.UtcNow == default ? depth : Deeper(depth + 1) + 1;
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
    public void Code_ThatCallsItselfTooDeeply_StallsInsteadOfTakingTheProcessDown() =>
        OnSmallStack(static () => Loop("recursion", FaultCodes.StackTooDeep));

    [Theory]
    [InlineData("signal", "clock", FaultCodes.EndlessLoop)]
    [InlineData("signal", "recursion", FaultCodes.StackTooDeep)]
    [InlineData("update", "clock", FaultCodes.EndlessLoop)]
    [InlineData("update", "recursion", FaultCodes.StackTooDeep)]
    public void Handler_ThatNeverComesToRest_StallsTheRun(string where, string how, string code) => OnSmallStack(() =>
    {
        var run = Harness.Of<LoopingHandlers>("", Few);
        run.Advance(where == "signal" ? new SignalRun("Go", [Harness.Json(how)], null, null) : Update("Go2", how));
        Assert.Equal(code, run.Run.Stall?.Code);
        Assert.StartsWith(
            where == "signal" ? "Workflow code (the signal 'Go') " : "Workflow code (the update 'Go2') ", run.Run.Stall?.Message,
            StringComparison.Ordinal);
        Assert.Equal(code, run.Reload().Stall?.Code);
    });

    [Theory]
    [InlineData("clock", "endless loop")]
    [InlineData("recursion", "called itself too deeply")]
    public void Query_ThatNeverComesToRest_FailsAloneAndNamesItself(string how, string what) => OnSmallStack(() =>
    {
        var run = Harness.Of<LoopingHandlers>("", Few);
        for (var asked = 0; asked < 2; asked++)
        {
            var answer = run.Run.Query("Ask", [Harness.Json(how)]);
            Assert.Contains("query 'Ask'", answer.Message, StringComparison.Ordinal);
            Assert.Contains(what, answer.Message, StringComparison.Ordinal);
        }

        Assert.Equal(QueryProblem.None, run.Run.Query("Ask", [Harness.Json("nothing")]).Problem);
        Assert.Equal((null, false), (run.Run.Stall, run.Run.IsTainted));
    });

    [Theory]
    [InlineData("clock", "endless loop")]
    [InlineData("recursion", "called itself too deeply")]
    public void Validator_ThatNeverComesToRest_RejectsItsUpdateAndNamesItself(string how, string what) => OnSmallStack(() =>
    {
        var run = Harness.Of<LoopingHandlers>("", Few);
        var before = run.History.Count;
        var rejected = Assert.Single(run.Advance(Update("Judged", how)).Rejected);
        Assert.Equal(RejectionKind.UpdateRejected, rejected.Kind);
        Assert.Contains("validator of update 'Judged'", rejected.Message, StringComparison.Ordinal);
        Assert.Contains(what, rejected.Message, StringComparison.Ordinal);
        Assert.Equal((null, false, before), (run.Run.Stall, run.Run.IsTainted, run.History.Count));
        run.Advance(Update("Judged", "nothing"));
        Assert.Null(run.Run.Stall);
    });

    private static RunSettings Few => Harness.SettingsFor(typeof(LoopingHandlers)) with { MaximumStepsPerStimulus = 1000 };

    private static UpdateRun Update(string name, string how) => new($"{name}-{how}", name, [Harness.Json(how)]);

    // The collector walks all of a deep one again and again.
    private static void OnSmallStack(Action test)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(test), 512 * 1024);
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
