using System.Collections.Immutable;
using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

/// <summary>A child's limits, version and headers, and where a run is told to continue as new.</summary>
public class ChildStartTests
{
    public sealed class Parent : Workflow<int, string>
    {
        public static ChildOptions Options { get; } = new()
        {
            Version = 3,
            RunTimeout = TimeSpan.FromMinutes(1),
            ExecutionTimeout = TimeSpan.FromMinutes(10),
            StartDelay = TimeSpan.FromMinutes(2),
            Headers = ImmutableDictionary<string, string>.Empty.Add("tenant", "own").Add("more", "1"),
            Retry = new RetryPolicy { InitialInterval = TimeSpan.FromMinutes(4), BackoffCoefficient = 1, MaximumAttempts = 10 },
        };

        public override Task<string> RunAsync(int input) => input switch
        {
            0 => Context.Child("anything", "c", Options).ExecuteAsync<string>(1),
            1 => Context.Child("anything", "c", new ChildOptions { RunTimeout = TimeSpan.Zero }).ExecuteAsync<string>(1),
            2 => Context.Child("anything", "c", new ChildOptions { StartDelay = -TimeSpan.FromSeconds(1) })
                .ExecuteAsync<string>(1),
            3 => Context.Child("anything", "c", new ChildOptions { Version = 0 }).ExecuteAsync<string>(1),
            _ => Context.Child("anything", "c").ExecuteAsync<string>(1),
        };
    }

    public sealed class Counts : Workflow<int, long>
    {
        public override async Task<long> RunAsync(int input)
        {
            while (!Context.ShouldContinueAsNew) await Context.DelayAsync(TimeSpan.FromSeconds(1));
            return Context.HistoryLength;
        }
    }

    [Fact]
    public void Options_OfTheFirstAttempt_GoWithTheStart()
    {
        var run = Begin(0);
        var start = Sent(run);
        Assert.Equal(
            new ChildStart
            {
                Version = 3, RunTimeout = TimeSpan.FromMinutes(1), ExecutionTimeout = TimeSpan.FromMinutes(10),
                StartDelay = TimeSpan.FromMinutes(2),
            },
            start.Start);
        Assert.Equal(("own", "1", "7"), (start.Headers!["tenant"], start.Headers["more"], start.Headers["shard"]));
        run.Reload();
        Assert.Equal(start.Start, Assert.Single(run.Run.UnansweredMessages()).Start);
    }

    [Fact]
    public void Retries_WithAnExecutionTimeout_ShareIt()
    {
        var run = Begin(0);
        for (var attempt = 1; ; attempt++)
        {
            var start = Sent(run);
            if (attempt > 1)
            {
                Assert.Equal((Harness.Epoch.AddMinutes(12), null, null),
                    (start.Start!.ExecutionDeadline, start.Start.StartDelay, start.Start.ExecutionTimeout));
            }

            run.Advance(new AnswerMessage(start.Number, MessageAnswer.Taken, start.TargetRun, null));
            run.Advance(new ReportChild(start.Number, start.TargetRun!.Value, WorkflowStatus.Failed, null,
                new FailureInfo { Kind = FailureKind.Application, Message = "no" }));
            if (run.Run.IsClosed)
            {
                Assert.Equal(3, attempt); // a fourth would begin at 12 minutes, when all time is up
                break;
            }

            run.Effects.Clear();
            run.Pass(TimeSpan.FromMinutes(4));
        }
    }

    [Theory]
    [InlineData(1, "RunTimeout")]
    [InlineData(2, "StartDelay")]
    [InlineData(3, "Version")]
    public void Options_ThatCannotBe_AreRefusedBeforeAnythingIsWritten(int input, string names)
    {
        var run = Begin(input);
        Assert.Contains(names, run.Run.Stall!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(run.History, static e => e is ChildScheduled);
    }

    [Fact]
    public void Default_NothingAskedFor_TakesTheParentsHeadersAndNoLimits()
    {
        var start = Sent(Begin(4));
        Assert.Null(start.Start);
        Assert.Equal("7", start.Headers!["shard"]);
    }

    [Fact]
    public void ShouldContinueAsNew_LimitChangedSinceTheStart_KeepsToTheRecordedOne()
    {
        var settings = Harness.SettingsFor(typeof(Counts)) with { ContinueHint = new ContinueHint(20, 1_000_000) };
        var run = Harness.Of<Counts>(1, settings);
        for (var i = 0; i < 5; i++) run.Pass(TimeSpan.FromSeconds(1));
        run.Reload(settings with { ContinueHint = new ContinueHint(3, 100) });
        Assert.Null(run.Run.Stall);
        while (!run.Run.IsClosed) run.Pass(TimeSpan.FromSeconds(1));
        Assert.InRange(run.Result<long>(), 20, 21);
        Assert.Null(run.Reload(settings with { ContinueHint = ContinueHint.Default }).Misfit);
        Assert.Null(((RunStarted)Harness.Of<Counts>(1).History[0]).Hint); // the usual one costs no bytes
    }

    private static RunMessage Sent(Harness run) => run.Effects.OfType<SendMessage>().Last().Message;

    private static Harness Begin(int input)
    {
        var run = new Harness(typeof(Parent));
        run.Advance(run.StartStimulus(input) with
        {
            Headers = new Dictionary<string, string> { ["tenant"] = "parents", ["shard"] = "7" },
        });
        return run;
    }
}
