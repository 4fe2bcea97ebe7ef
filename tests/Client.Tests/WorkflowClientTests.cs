using System.Text;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Workflows;
using Orleans.Runtime;

namespace Orchestration.Client.Tests;

public sealed class WorkflowClientTests
{
    private static readonly Guid Run = Guid.NewGuid();

    private readonly ScriptedGrains _grains = new();
    private readonly WorkflowClientOptions _options = new()
    {
        FirstRepeatDelay = TimeSpan.FromMilliseconds(1),
        MaximumRepeatDelay = TimeSpan.FromMilliseconds(2),
    };

    private WorkflowClient Client => new(_grains, _options);

    private IWorkflowHandle<Doubling> Handle => Client.GetWorkflow<Doubling>("w");

    [Fact]
    public async Task Start_OutcomeUnknown_IsRepeatedUnderTheSameNumber()
    {
        _grains.Then(new TimeoutException()).Then(new SiloUnavailableException("gone"))
            .Then(new StartReply { Fault = Fault(FaultKind.NotOwner) }).Then(new StartReply { RunId = Run });
        Assert.Equal(Run, (await Handle.StartAsync(1)).RunId.Value);
        Assert.Equal(4, _grains.Sent.Count);
        Assert.Single(_grains.Sent.Cast<StartRequest>().Select(static r => r.Request).Distinct());
        _grains.Then(new StartReply { RunId = Run });
        await Handle.StartAsync(1);
        Assert.Equal(2, _grains.Sent.Cast<StartRequest>().Select(static r => r.Request).Distinct().Count());
    }

    [Fact]
    public async Task Start_SlowDownAnswersARepeat_SaysNothingOfTheFirstTryAndIsRepeated()
    {
        var slow = new StartReply { Fault = Fault(FaultKind.SlowDown) with { RetryAfter = TimeSpan.FromMilliseconds(1) } };
        _grains.Then(new SiloUnavailableException("gone")).Then(slow).Then(slow)
            .Then(new StartReply { RunId = Run, IsNew = true });
        Assert.Equal(new StartedRun(new RunId(Run), true), await Handle.StartAsync(1));
        Assert.Single(_grains.Sent.Cast<StartRequest>().Select(static r => r.Request).Distinct());
    }

    [Fact]
    public async Task StartAndExecute_OptionsAsATargetTypedNew_BindToTheOverloadThatTakesThem()
    {
        var delay = TimeSpan.FromSeconds(5);
        for (var i = 0; i < 4; i++) _grains.Then(new StartReply { RunId = Run, Result = Ended("2") });
        await Handle.StartAsync(1, new() { StartDelay = delay });
        await Handle.StartAsync(1, new() { StartDelay = delay }, CancellationToken.None);
        await Handle.ExecuteAsync(1, new() { StartDelay = delay });
        await Client.GetWorkflow("w", "doubling").StartAsync(1, new() { StartDelay = delay });
        Assert.All(_grains.Sent.Cast<StartRequest>(), r => Assert.Equal(delay, r.StartDelay));
        Assert.Equal(4, _grains.Sent.Count);
    }

    [Fact]
    public async Task Start_NoAnswerWithinTheLimit_ThrowsOutcomeUnknown()
    {
        _options.RequestTimeLimit = TimeSpan.FromMilliseconds(1);
        _options.FirstRepeatDelay = _options.MaximumRepeatDelay = TimeSpan.FromMilliseconds(10);
        _grains.Then(new TimeoutException("too late"));
        var failure = await Assert.ThrowsAsync<OutcomeUnknown>(() => Handle.StartAsync(1));
        Assert.IsType<TimeoutException>(failure.InnerException);
    }

    [Theory]
    [InlineData(FaultKind.AlreadyStarted, typeof(WorkflowAlreadyStarted))]
    [InlineData(FaultKind.UnknownWorkflowType, typeof(UnknownWorkflowType))]
    [InlineData(FaultKind.InvalidRequest, typeof(InvalidRequest))]
    [InlineData(FaultKind.PayloadTooLarge, typeof(PayloadTooLarge))]
    [InlineData(FaultKind.SlowDown, typeof(SlowDown))]
    [InlineData(FaultKind.Engine, typeof(EngineFault))]
    internal async Task Start_Refused_ThrowsTheTypedFailureAndIsNotRepeated(FaultKind kind, Type expected)
    {
        _grains.Then(new StartReply { Fault = Fault(kind) });
        await Assert.ThrowsAsync(expected, () => Handle.StartAsync(1));
        Assert.Single(_grains.Sent);
    }

    [Fact]
    public async Task GetResult_OpenThenHubGoneThenEnded_WaitsThroughAll()
    {
        var open = new ResultReply { RunId = Run, Status = WorkflowStatus.Running, Hub = "hub" };
        _grains.Then(open).Then(null).Then(open).Then(new SiloUnavailableException("gone")).Then(Ended("42"));
        Assert.Equal(42, await Handle.GetResultAsync());
        Assert.Equal(Run, Assert.IsType<ResultRequest>(_grains.Sent[2]).RunId);
    }

    [Fact]
    public async Task GetResult_Canceled_EndsTheWaitAtOnce()
    {
        using var canceled = new CancellationTokenSource();
        await canceled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Handle.GetResultAsync(canceled.Token));
        Assert.Empty(_grains.Sent);
    }

    [Fact]
    public async Task Execute_EndedWithinTheCall_AsksOnce()
    {
        _grains.Then(new StartReply { RunId = Run, Result = Ended("84") });
        Assert.Equal(84, await Handle.ExecuteAsync(42));
        Assert.Equal("42", Assert.IsType<StartRequest>(Assert.Single(_grains.Sent)).Input.ToString());
    }

    [Fact]
    public async Task GetResult_RunFailed_CarriesTheRecordedCause()
    {
        _grains.Then(new ResultReply
        {
            RunId = Run,
            Status = WorkflowStatus.Failed,
            Failure = new FailureInfo
            {
                Kind = FailureKind.Activity,
                Message = "payment failed",
                ActivityType = "Payments.Charge",
                Attempts = 3,
                Cause = new FailureInfo { Kind = FailureKind.Application, Message = "declined", Type = "Declined" },
            },
        });
        var failure = await Assert.ThrowsAsync<WorkflowFailed>(() => Handle.GetResultAsync());
        var activity = Assert.IsType<ActivityFailed>(failure.InnerException);
        Assert.Equal(("Payments.Charge", 3), (activity.ActivityType, activity.Attempts));
        Assert.Equal("Declined", Assert.IsType<ApplicationFailure>(activity.InnerException).Type);
    }

    [Fact]
    public async Task GetHistory_TwoPages_NumbersEveryEvent()
    {
        _grains.Then(new HistoryReply { RunId = Run, NextSequence = 3, Chunks = [Chunk(1, "run-started", "timer-started")] })
            .Then(new HistoryReply { RunId = Run, Chunks = [Chunk(3, "timer-fired")] });
        var found = new List<(long, string)>();
        await foreach (var entry in Handle.GetHistoryAsync(2)) found.Add((entry.Sequence, entry.Type));
        Assert.Equal([(2, "timer-started"), (3, "timer-fired")], found);
        Assert.Equal(Run, Assert.IsType<HistoryRequest>(_grains.Sent[1]).RunId);
    }

    [Fact]
    public async Task GetHistory_NewerFormat_IsRefused()
    {
        _grains.Then(new HistoryReply { RunId = Run, Chunks = [new HistoryChunk(1, 9, "[]"u8.ToArray())] });
        var fault = await Assert.ThrowsAsync<EngineFault>(async () =>
        {
            await foreach (var entry in Handle.GetHistoryAsync()) Assert.Fail($"{entry}");
        });
        Assert.Equal(FaultCodes.VersionMismatch, fault.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\u0001b")]
    public void GetWorkflow_IllegalId_IsRefused(string id) =>
        Assert.Throws<InvalidIdentifier>(() => Client.GetWorkflow<Doubling>(id));

    [Fact]
    public void GetWorkflow_IdTooLong_IsRefused() =>
        Assert.Throws<InvalidIdentifier>(() => Client.GetWorkflow<Doubling>(new string('x', 1001)));

    [Fact]
    public async Task BadInput_AnyKind_IsRefusedBeforeAnythingIsSent()
    {
        _options.AddWorkflow<Doubling>().MaximumPayloadBytes = 10;
        await Assert.ThrowsAsync<InvalidRequest>(() => Client.GetWorkflow("w", "doubling").StartAsync("text"));
        await Assert.ThrowsAsync<InvalidRequest>(() => Client.GetWorkflow("w", "doubling").StartAsync(null));
        await Assert.ThrowsAsync<InvalidRequest>(() => Client.GetWorkflow("w").StartAsync(1));
        await Assert.ThrowsAsync<InvalidRequest>(() => Client.GetWorkflow<Doubling>("w", new RunId(Run)).StartAsync(1));
        await Assert.ThrowsAsync<PayloadTooLarge>(() => Client.GetWorkflow("w", "other").StartAsync("a text that is too long"));
        await Assert.ThrowsAsync<InvalidRequest>(() => Handle.CancelAsync(new string('x', 5000)));
        Assert.Throws<InvalidRequest>(() => Handle.GetHistoryAsync(0));
        Assert.Throws<InvalidRequest>(() => Client.ListAsync(new WorkflowFilter { PageSize = 0 }));
        Assert.Throws<InvalidIdentifier>(() => Client.GetWorkflow("w", ""));
        Assert.Throws<InvalidIdentifier>(() => Client.GetWorkflow("w\ud800"));
        Assert.Empty(_grains.Sent);
    }

    [Fact]
    public void Options_NegativeTimes_AreRefused() => Assert.Throws<InvalidRequest>(
        () => new WorkflowClient(_grains, new WorkflowClientOptions { RequestTimeLimit = TimeSpan.FromSeconds(-1) }));

    private static Fault Fault(FaultKind kind) => new() { Kind = kind, Message = "as told", Code = FaultCodes.CorruptHistory };

    private static ResultReply Ended(string json) =>
        new() { RunId = Run, Status = WorkflowStatus.Completed, Result = new Payload(Encoding.UTF8.GetBytes(json)) };

    private static HistoryChunk Chunk(long first, params string[] types) => new(
        first, 1, Encoding.UTF8.GetBytes($"[{string.Join(',', types.Select(static t => $$"""{"type":"{{t}}","at":1000}"""))}]"));

    [Workflow("doubling")]
    public sealed class Doubling : Workflow<int, int>
    {
        public override Task<int> RunAsync(int input) => Task.FromResult(input * 2);
    }
}
