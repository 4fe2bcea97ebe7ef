using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

public class ChildTests
{
    public sealed class Kid : Workflow<int, int>
    {
        public override Task<int> RunAsync(int input) => Task.FromResult(input);
    }

    public sealed class Parent : Workflow<ChildOptions, string>
    {
        public override async Task<string> RunAsync(ChildOptions input)
        {
            try
            {
                return $"{await Context.Child<Kid>("kid", input).ExecuteAsync(7)}";
            }
            catch (ChildWorkflowNotStarted e)
            {
                return $"not started: {e.Problem}";
            }
            catch (ChildWorkflowFailed e)
            {
                return $"failed: {e.Status}: {e.InnerException!.Message}";
            }
        }
    }

    public sealed class NamesItself : Workflow<int, int>
    {
        public override Task<int> RunAsync(int input) => Context.Child<Kid>(Context.WorkflowId.Value).ExecuteAsync(input);
    }

    public sealed class Signals : Workflow<int, string>
    {
        public override async Task<string> RunAsync(int input)
        {
            var sent = Context.GetExternalWorkflow("other").SignalAsync("hello", input);
            if (input == 0) return "did not wait";
            try
            {
                await sent;
                return "delivered";
            }
            catch (ExternalWorkflowFailed e)
            {
                return $"{e.Problem}";
            }
        }
    }

    [Fact]
    public void Child_Completes_ResultReachesItsParent()
    {
        var harness = Start(ChildOptions.Default);
        var start = Assert.IsType<SendMessage>(Assert.Single(harness.Effects)).Message;
        Assert.Equal(RunMessageKind.StartChild, start.Kind);
        Assert.True(harness.Run.IsRunnable);
        Answer(harness, start);
        Assert.False(harness.Run.IsRunnable);
        harness.Reload();
        Report(harness, start, WorkflowStatus.Completed);
        Assert.Equal("7", harness.Result<string>());
        Assert.Empty(harness.Run.Owed);
    }

    [Fact]
    public void Child_OutcomeBeforeTheAnswerToItsStart_SaysThatItStarted()
    {
        var harness = Start(ChildOptions.Default);
        var start = harness.Effects.OfType<SendMessage>().Single().Message;
        Report(harness, start, WorkflowStatus.Completed);
        Assert.Equal(
            [typeof(RunStarted), typeof(ChildScheduled), typeof(ChildStarted), typeof(ChildCompleted), typeof(RunCompleted)],
            harness.History.Select(static e => e.GetType()));
        var length = harness.History.Count;
        Report(harness, start, WorkflowStatus.Completed);
        Answer(harness, start);
        Assert.Equal(length, harness.History.Count);
    }

    [Fact]
    public void Child_IdTaken_ThrowsTyped()
    {
        var harness = Start(ChildOptions.Default);
        var start = harness.Effects.OfType<SendMessage>().Single().Message;
        harness.Advance(new AnswerMessage(start.Number, MessageAnswer.AlreadyStarted, start.TargetRun, "taken"));
        Assert.Equal("not started: AlreadyStarted", harness.Result<string>());
    }

    [Fact]
    public void Child_WithItsParentsId_IsRefusedBeforeAnythingIsWritten()
    {
        var harness = Harness.Of<NamesItself>(1);
        Assert.IsType<RunStarted>(Assert.Single(harness.History));
        Assert.Equal(WorkflowStatus.Stalled, harness.Run.Status);
        Assert.Contains("its parent's id", harness.Run.Stall!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Child_RetryPolicy_RunsAgainAsANewRun()
    {
        var harness = Start(new ChildOptions { Retry = new RetryPolicy { MaximumAttempts = 2 } });
        var first = harness.Effects.OfType<SendMessage>().Single().Message;
        Answer(harness, first);
        Report(harness, first, WorkflowStatus.Failed);
        Assert.Equal(Harness.Epoch.AddSeconds(1), harness.Run.NextWakeAt);
        harness.Reload();
        harness.Pass(TimeSpan.FromSeconds(1));
        var second = harness.Effects.OfType<SendMessage>().Last().Message;
        Assert.NotEqual(first.TargetRun, second.TargetRun);
        Report(harness, first, WorkflowStatus.Completed); // the first run's: nobody wants it
        Answer(harness, second);
        Report(harness, second, WorkflowStatus.Failed);
        Assert.Equal("failed: Failed: broken", harness.Result<string>());
    }

    [Theory]
    [InlineData(ChildCancellationType.WaitCancellationCompleted, false, true)]
    [InlineData(ChildCancellationType.TryCancel, true, true)]
    [InlineData(ChildCancellationType.Abandon, true, false)]
    public void Child_ParentIsCanceled_FollowsItsCancellationType(ChildCancellationType type, bool endsAtOnce, bool isTold)
    {
        var harness = Start(new ChildOptions { CancellationType = type, ParentClosePolicy = ParentClosePolicy.Abandon });
        var start = harness.Effects.OfType<SendMessage>().Single().Message;
        Answer(harness, start);
        harness.Effects.Clear();
        harness.Advance(new RequestCancel(null, null));
        Assert.Equal(endsAtOnce, harness.Run.IsClosed);
        var told = harness.Effects.OfType<SendMessage>().Select(static e => e.Message).Concat(harness.Run.Owed);
        Assert.Equal(isTold, told.Any(static m => m.Kind == RunMessageKind.Cancel));
        if (!endsAtOnce) Report(harness, start, WorkflowStatus.Canceled);
        Assert.Equal(WorkflowStatus.Canceled, harness.Run.Status);
    }

    [Theory]
    [InlineData(ParentClosePolicy.Terminate, RunMessageKind.Terminate)]
    [InlineData(ParentClosePolicy.RequestCancel, RunMessageKind.Cancel)]
    [InlineData(ParentClosePolicy.Abandon, null)]
    public void Parent_Terminated_OwesWhatTheClosePolicySays(ParentClosePolicy policy, RunMessageKind? owed)
    {
        var harness = Start(new ChildOptions { ParentClosePolicy = policy });
        Answer(harness, harness.Effects.OfType<SendMessage>().Single().Message);
        harness.Advance(new Terminate("enough", null));
        Assert.Equal(owed, harness.Run.Owed.SingleOrDefault()?.Kind);
        Assert.Equal(owed is not null, harness.Run.Owes);
        Assert.Equal(owed, harness.Reload().Owed.SingleOrDefault()?.Kind);
        var withoutCode = harness.Settings with { Workflows = new WorkflowCatalog([]) };
        Assert.Equal(owed, harness.Reload(withoutCode).Owed.SingleOrDefault()?.Kind);
    }

    [Fact]
    public void Parent_TerminatedWhileStalled_StillEndsItsChildren()
    {
        var harness = Start(ChildOptions.Default);
        Answer(harness, harness.Effects.OfType<SendMessage>().Single().Message);
        harness.Reload(harness.Settings with { Workflows = new WorkflowCatalog([]) });
        Assert.Equal(WorkflowStatus.Stalled, harness.Run.Status);
        harness.Advance(new Terminate("enough", null));
        Assert.Equal(RunMessageKind.Terminate, Assert.Single(harness.Run.Owed).Kind);
    }

    [Theory]
    [InlineData(MessageAnswer.Taken, "delivered")]
    [InlineData(MessageAnswer.Closed, "Closed")]
    public void ExternalSignal_IsBoundToARunFirst_ThenDelivered(MessageAnswer answer, string expected)
    {
        var harness = Harness.Of<Signals>(1);
        var bind = harness.Effects.OfType<SendMessage>().Single().Message;
        Assert.Equal(RunMessageKind.Bind, bind.Kind);
        harness.Advance(new AnswerMessage(bind.Number, MessageAnswer.Taken, Harness.RunId));
        harness.Reload();
        var signal = Assert.Single(harness.Run.UnansweredMessages());
        Assert.Equal((RunMessageKind.Signal, (RunId?)Harness.RunId, "hello"), (signal.Kind, signal.TargetRun, signal.Name));
        harness.Advance(new AnswerMessage(bind.Number, answer, Harness.RunId, "why"));
        Assert.Equal(expected, harness.Result<string>());
    }

    [Fact]
    public void ExternalSignal_NoSuchWorkflow_ThrowsTyped()
    {
        var harness = Harness.Of<Signals>(1);
        harness.Advance(new AnswerMessage(1, MessageAnswer.NotFound, null, "none"));
        Assert.Equal("NotFound", harness.Result<string>());
    }

    [Fact]
    public void ExternalSignal_CodeEndsFirst_RunEndsOnceItIsKnownWhereItGoes()
    {
        var harness = Harness.Of<Signals>(0);
        Assert.False(harness.Run.IsClosed);
        harness.Reload();
        Assert.True(harness.Run.IsRunnable);
        harness.Advance(new AnswerMessage(1, MessageAnswer.Taken, Harness.RunId));
        Assert.Equal("did not wait", harness.Result<string>());
        Assert.Equal(RunMessageKind.Signal, Assert.Single(harness.Run.Owed).Kind);
    }

    private static Harness Start(ChildOptions options) => Harness.Of<Parent>(options);

    private static void Answer(Harness harness, RunMessage start) =>
        harness.Advance(new AnswerMessage(start.Number, MessageAnswer.Taken, start.TargetRun));

    private static void Report(Harness harness, RunMessage start, WorkflowStatus status) => harness.Advance(new ReportChild(
        start.Source.Command, start.TargetRun!.Value, status, status == WorkflowStatus.Completed ? Harness.Json(7) : null,
        status == WorkflowStatus.Completed ? null : new FailureInfo
        {
            Kind = status == WorkflowStatus.Canceled ? FailureKind.Canceled : FailureKind.Application, Message = "broken",
        }));
}
