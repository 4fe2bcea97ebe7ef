using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

/// <summary>A value whose own code throws whatever it likes.</summary>
public sealed class Poison
{
    public string Text
    {
        get => field == "unwritable" ? throw new FormatException("not to be written") : field;
        set => field = value == "unreadable" ? throw new ArgumentException("not to be read") : value;
    } = "";
}

[Workflow("poison")]
public sealed class PoisonWorkflow : Workflow<Poison, string>
{
    public override async Task<string> RunAsync(Poison input)
    {
        ActivityOptions options = new() { StartToCloseTimeout = TimeSpan.FromSeconds(1) };
        switch (input.Text)
        {
            case "argument":
                await Context.ExecuteActivityAsync("a", [new Poison { Text = "unwritable" }], options);
                break;
            case "details":
                throw new ApplicationFailure("no", details: new Poison { Text = "unwritable" });
            case "message":
                throw new ApplicationFailure("half \ud800", new string('t', 100_000), inner: new RudeException());
        }

        return (await Context.ExecuteActivityAsync<Poison>("b", [], options)).Text;
    }

    private sealed class RudeException : Exception
    {
        public override string Message => throw new FormatException("no message");
    }
}

public class PoisonTests
{
    [Fact]
    public void Input_ThatThrows_IsRefusedAtTheStartAndStallsOnReplay()
    {
        var run = new Harness(typeof(PoisonWorkflow));
        Assert.Contains("not to be read", Assert.Throws<InvalidRequest>(() =>
            run.Start(new { text = "unreadable" })).Message, StringComparison.Ordinal);
        run.Start(new { text = "result" });
        var started = (Grains.Kernel.History.RunStarted)run.History[0] with { Input = Harness.Json(new { text = "unreadable" }) };
        Assert.Equal(FaultCodes.UnreadableInput, WorkflowRun.Replay(run.Settings, [started]).Stall?.Code);
    }

    [Theory]
    [InlineData("{\"text\":\"unreadable\"}")]
    [InlineData("17")]
    [InlineData("{\"text\":")]
    [InlineData("")]
    public void Result_ThatCannotBeRead_StallsTheRunAndIsRecorded(string result)
    {
        var run = Harness.Of<PoisonWorkflow>(new { text = "result" });
        var turn = run.Advance(new ReportActivity(1, 1, new ActivityOutcome.Completed(new Payload(
            System.Text.Encoding.UTF8.GetBytes(result)))));
        Assert.Single(turn.Events);
        Assert.Equal(FaultCodes.UnexpectedException, run.Run.Stall?.Code);
        Assert.Equal(FaultCodes.UnexpectedException, run.Reload().Stall?.Code);
    }

    [Fact]
    public void Argument_ThatThrows_ThrowsIntoTheCode() =>
        Assert.Contains("not to be written", Harness.Of<PoisonWorkflow>(new { text = "argument" }).Run.Stall?.Message,
            StringComparison.Ordinal);

    [Fact]
    public void Details_ThatThrow_AreLeftOut()
    {
        var failure = Harness.Of<PoisonWorkflow>(new { text = "details" }).Failure();
        Assert.Null(failure.Details);
        Assert.Contains("details were left out", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Failure_WithHugeAndBrokenTexts_IsBoundedAndStorable()
    {
        var run = Harness.Of<PoisonWorkflow>(new { text = "message" });
        Assert.InRange(run.Failure().Type!.Length, 1, 5_000);
        Assert.Contains("could not be read", run.Failure().Cause?.Message, StringComparison.Ordinal);
        Assert.Equal(run.History.Count, History.HistorySerializerTests.Read(History.HistorySerializerTests.Text(
            [.. run.History])).Count);
    }

    [Fact]
    public void Report_OfAnyKindAfterTheEnd_ChangesNothing()
    {
        var run = Harness.Of<PoisonWorkflow>(new { text = "details" });
        var turn = run.Advance(
            new ReportActivity(-1, int.MinValue, new ActivityOutcome.Interrupted()), new LoseAttempt(0, 0, true), new LoseHost(
                ""),
            new RequestCancel(null, null), AdvanceTime.Instance, new Terminate(null, null));
        Assert.Empty(turn.Events);
        Assert.Empty(turn.Refused);
    }
}
