using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Tests.Support.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>Starts that meet other runs of their id, are repeated, delayed or limited, through restarts and crashes.</summary>
public sealed class StartPolicyTests : IAsyncLifetime
{
    private static readonly StartOptions UseExisting = new() { IdConflict = WorkflowIdConflictPolicy.UseExisting };
    private static readonly StartOptions TerminateExisting = new() { IdConflict = WorkflowIdConflictPolicy.TerminateExisting };

    private readonly InMemoryHistoryStore _store = new();
    private readonly World _world = new();
    private readonly ManualTimeProvider _clock = new();
    private TestSilo _silo = null!;

    public async Task InitializeAsync() => _silo = await StartSiloAsync();

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task Start_ConflictUseExisting_GetsTheOpenRunAndSaysSo()
    {
        var workflow = _silo.Client.GetWorkflow<Blocker>("used");
        var first = await workflow.StartAsync("used");
        Assert.True(first.IsNew);
        var second = await workflow.StartAsync("used", UseExisting);
        Assert.Equal(first with { IsNew = false }, second);
        Assert.Equal(1, (await workflow.GetHistoryAsync().ToListAsync()).Count(e => e.Type == "run-started"));
        _world.Block("used").SetResult("done");
        await workflow.GetResultAsync();
        Assert.True((await workflow.StartAsync("used", UseExisting)).IsNew);
    }

    [Fact]
    public async Task Start_ConflictTerminateExisting_EndsTheOneAndBeginsTheOther()
    {
        var workflow = _silo.Client.GetWorkflow<Blocker>("replaced");
        var first = await workflow.StartAsync("replaced");
        var second = await workflow.StartAsync("replaced", TerminateExisting);
        Assert.True(second.IsNew);
        Assert.NotEqual(first.RunId, second.RunId);
        var ended = await _silo.Client.GetWorkflow<Blocker>("replaced", first.RunId).DescribeAsync();
        Assert.Equal(WorkflowStatus.Terminated, ended.Status);
        _world.Block("replaced").SetResult("done");
        Assert.Equal("done", await workflow.GetResultAsync());
    }

    [Fact]
    public async Task Start_TerminateExistingWithRejectDuplicate_IsRefused() =>
        await Assert.ThrowsAsync<InvalidRequest>(() => _silo.Client.GetWorkflow<Sequence>("x").StartAsync(1, new StartOptions
        {
            IdConflict = WorkflowIdConflictPolicy.TerminateExisting, IdReuse = WorkflowIdReusePolicy.RejectDuplicate,
        }));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_TerminateExistingAndSiloDiesAtNthWrite_RepeatEndsWithOneNewRun(bool written)
    {
        for (var nth = 1; ; nth++)
        {
            var inner = new InMemoryHistoryStore();
            await using (var before = await StartSiloAsync(inner))
                await before.Client.GetWorkflow<Sleeper>("b").StartAsync(TimeSpan.FromDays(1));
            var faulty = new FaultyHistoryStore(inner);
            await using var silo = await StartSiloAsync(faulty);
            var hold = written ? faulty.HoldAfter(faulty.Writes + nth) : faulty.HoldBefore(faulty.Writes + nth);
            var request = Request("sleeper", "\"2.00:00:00\"") with { IdConflict = WorkflowIdConflictPolicy.TerminateExisting };
            var start = silo.Grains.GetGrain<IWorkflowGrain>("b").StartAsync(request);
            var isClean = await Task.WhenAny(start, hold.Reached) == start;
            if (!isClean) await silo.CrashAsync();
            await using var next = await StartSiloAsync(inner);
            var grain = next.Grains.GetGrain<IWorkflowGrain>("b");
            var reply = await grain.StartAsync(request with { IsRepeat = true });
            Assert.Null(reply.Fault);
            Assert.True(reply.IsNew);
            Assert.Equal(reply.RunId, (await grain.StartAsync(request with { IsRepeat = true })).RunId);
            var runs = await next.Client.ListAsync().ToListAsync();
            Assert.Equal(2, runs.Count);
            Assert.Single(runs, r => r.Status == WorkflowStatus.Terminated);
            if (isClean) break;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_TerminateExistingAndSiloDiesAtNthWrite_OnceTheOldHasEndedTheNewOneBeginsWithoutACaller(bool written)
    {
        var crashedBetween = 0;
        for (var nth = 1; ; nth++)
        {
            var inner = new InMemoryHistoryStore();
            var faulty = new FaultyHistoryStore(inner);
            var silo = await StartSiloAsync(faulty);
            var key = new WorkflowKey("p");
            var old = (await silo.Client.GetWorkflow<Sleeper>("p").StartAsync(TimeSpan.FromDays(1))).RunId;
            var hold = written ? faulty.HoldAfter(faulty.Writes + nth) : faulty.HoldBefore(faulty.Writes + nth);
            var start = silo.Client.GetWorkflow<Sequence>("p").StartAsync(0, TerminateExisting);
            var isClean = await Task.WhenAny(start, hold.Reached) == start;
            if (isClean) await silo.DisposeAsync();
            else await silo.CrashAsync();
            _ = start.ContinueWith(static t => t.Exception, TaskScheduler.Default);
            if ((await inner.FindAsync(key, old))!.Summary.Status == WorkflowStatus.Terminated)
            {
                if (!isClean) crashedBetween++;
                await using var next = await StartSiloAsync(inner); // nobody asks for anything
                await Eventually.EventuallyAsync(async () => (await inner.FindAsync(key))!,
                    r => r.Key.RunId != old && r.Summary.State == Storage.RunState.Closed, $"write {nth}: the promised run ends");
                Assert.Equal(0, await next.Client.GetWorkflow<Sequence>("p").GetResultAsync());
                Assert.Equal(2, (await next.Client.ListAsync().ToListAsync()).Count);
            }

            if (isClean) break;
        }

        Assert.NotEqual(0, crashedBetween);
    }

    [Fact]
    public async Task Start_TerminateExistingParent_TheNewRunTellsTheChildrenOfTheOld()
    {
        await using var silo = await StartSiloAsync(configure: FamilyHosting.All);
        var parent = silo.Client.GetWorkflow<LeavesChildren>("p");
        await parent.StartAsync(1);
        var child = silo.Client.GetWorkflow<WaitsForCancel>($"p-{ParentClosePolicy.Terminate}");
        await Eventually.EventuallyAsync(
            async () => (await parent.DescribeAsync()).Children.Length, static n => n == 3, "children");
        await silo.Client.GetWorkflow<Sequence>("p").StartAsync(0, TerminateExisting);
        var ended = await Assert.ThrowsAsync<WorkflowFailed>(() => child.GetResultAsync());
        Assert.Equal(WorkflowStatus.Terminated, ended.Status);
    }

    [Fact]
    public async Task Start_TerminateExistingWithAnUnreadableInput_LeavesTheOldRunAlone()
    {
        var workflow = _silo.Client.GetWorkflow<Sleeper>("kept");
        await workflow.StartAsync(TimeSpan.FromDays(1));
        await Assert.ThrowsAsync<InvalidRequest>(() => _silo.Client.GetWorkflow("kept", "sequence")
            .StartAsync("no number", TerminateExisting));
        Assert.Equal(WorkflowStatus.Running, (await workflow.DescribeAsync()).Status);
    }

    [Fact]
    public async Task Start_RepeatedAfterRestartAndLaterRuns_FindsItsOwn()
    {
        var request = Request("sequence", "1");
        var grain = _silo.Grains.GetGrain<IWorkflowGrain>("repeated");
        var first = await grain.StartAsync(request);
        await grain.GetResultAsync(new ResultRequest { Wait = TimeSpan.FromSeconds(10) });
        for (var i = 0; i < 3; i++) await _silo.Client.GetWorkflow<Sequence>("repeated").ExecuteAsync(1);
        await using var next = await StartSiloAsync();
        var again = await next.Grains.GetGrain<IWorkflowGrain>("repeated").StartAsync(request with { IsRepeat = true });
        Assert.Equal((first.RunId, true), (again.RunId, again.IsNew));
        Assert.Equal(4, (await next.Client.ListAsync().ToListAsync()).Count);
    }

    [Fact]
    public async Task Start_Delayed_DescribesItselfAndBeginsAfterARestartInTime()
    {
        var workflow = _silo.Client.GetWorkflow<Sequence>("later");
        await workflow.StartAsync(2, new StartOptions { StartDelay = TimeSpan.FromHours(3) });
        var begins = _clock.GetUtcNow().AddHours(3);
        Assert.Equal(begins, (await workflow.DescribeAsync()).DelayedUntil);
        await Assert.ThrowsAsync<WorkflowAlreadyStarted>(() => workflow.StartAsync(3));
        await _silo.DisposeAsync();
        _silo = await StartSiloAsync();
        workflow = _silo.Client.GetWorkflow<Sequence>("later");
        Assert.Equal(begins, (await workflow.DescribeAsync()).DelayedUntil);
        Assert.Equal(0, _world.CountOf("Add"));
        await PassAsync(TimeSpan.FromHours(3), async () => (await workflow.DescribeAsync()).Status == WorkflowStatus.Completed);
        Assert.Equal(1, await workflow.GetResultAsync());
        Assert.Null((await workflow.DescribeAsync()).DelayedUntil);
    }

    [Fact]
    public async Task Start_DelayedAndSiloCrashes_BeginsInTime()
    {
        await _silo.Client.GetWorkflow<Sequence>("later").StartAsync(2, new StartOptions { StartDelay = TimeSpan.FromHours(3) });
        await _silo.CrashAsync();
        _silo = await StartSiloAsync();
        var workflow = _silo.Client.GetWorkflow<Sequence>("later");
        await PassAsync(TimeSpan.FromHours(3), async () => (await workflow.DescribeAsync()).Status == WorkflowStatus.Completed);
        Assert.Equal(1, await workflow.GetResultAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunTimeout_OverARestart_EndsTheRunAsTimedOut(bool execution)
    {
        var limit = TimeSpan.FromMinutes(10);
        await _silo.Client.GetWorkflow<Blocker>("slow").StartAsync(
            "slow", execution ? new StartOptions { ExecutionTimeout = limit } : new StartOptions { RunTimeout = limit });
        await _silo.DisposeAsync();
        _silo = await StartSiloAsync();
        var workflow = _silo.Client.GetWorkflow<Blocker>("slow");
        await PassAsync(limit, async () => (await workflow.DescribeAsync()).Status == WorkflowStatus.TimedOut);
        var failure = await Assert.ThrowsAsync<WorkflowFailed>(() => workflow.GetResultAsync());
        Assert.Equal(WorkflowStatus.TimedOut, failure.Status);
        Assert.Equal(
            execution ? TimeoutKind.Execution : TimeoutKind.Run, Assert.IsType<TimedOut>(failure.InnerException).Kind);
    }

    [Fact]
    public async Task RunTimeout_OfARunWhoseCodeIsGone_EndsItToo()
    {
        await _silo.Client.GetWorkflow<Sleeper>("orphan").StartAsync(
            TimeSpan.FromDays(9), new StartOptions { RunTimeout = TimeSpan.FromHours(5) });
        await _silo.DisposeAsync();
        _silo = await StartSiloAsync(configure: o => o.AddWorkflow<Sequence>());
        var workflow = _silo.Client.GetWorkflow("orphan");
        Assert.Equal(WorkflowStatus.Stalled, (await workflow.DescribeAsync()).Status);
        await _silo.DisposeAsync();
        _silo = await StartSiloAsync(configure: o => o.AddWorkflow<Sequence>());
        workflow = _silo.Client.GetWorkflow("orphan");
        await PassAsync(TimeSpan.FromHours(5), async () => (await workflow.DescribeAsync()).Status == WorkflowStatus.TimedOut);
    }

    [Fact]
    public async Task Start_IllegalLimits_AreRefusedBeforeAnythingIsWritten()
    {
        var workflow = _silo.Client.GetWorkflow<Sequence>("x");
        StartOptions[] wrong =
        [
            new StartOptions { RunTimeout = TimeSpan.Zero }, new StartOptions { ExecutionTimeout = TimeSpan.FromTicks(-1) },
            new StartOptions { StartDelay = TimeSpan.FromTicks(-1) },
            new StartOptions { Headers = StartOptions.Default.Headers.Add("big", new string('x', 20_000)) },
        ];
        foreach (var options in wrong) await Assert.ThrowsAsync<InvalidRequest>(() => workflow.StartAsync(1, options));
        await Assert.ThrowsAsync<UnknownWorkflowType>(() => workflow.StartAsync(1, new StartOptions { Version = 9 }));
        Assert.Null(await _store.FindAsync(new WorkflowKey("x")));
    }

    private async Task<TestSilo> StartSiloAsync(
        Storage.IHistoryStore? store = null, Action<OrchestrationOptions>? configure = null) =>
        await TestSilo.StartAsync(
            store ?? _store, configure ?? TestHosting.All, store is null ? _clock : null, s => s.AddSingleton(_world));

    /// <summary>Lets time pass in steps, until something is so.</summary>
    private async Task PassAsync(TimeSpan time, Func<Task<bool>> until)
    {
        _clock.Advance(time);
        await Eventually.EventuallyAsync(
            async () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return await until();
            },
            static held => held, "the run's state after " + time);
    }

    private static StartRequest Request(string type, string json) => new()
    {
        Request = new ClientRequest(Guid.NewGuid(), 1),
        WorkflowType = type,
        Input = new Payload(System.Text.Encoding.UTF8.GetBytes(json)),
    };
}
