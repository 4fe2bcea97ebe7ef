using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Activities;

public sealed class OutsideScenarios
{
    [Fact]
    public Task AsynchronousCompletion_ByToken_IsTheResult() => Run(static (s, world) => s.OnDisk().Script(async () =>
    {
        var approval = s.Env.Client.GetWorkflow<Approval>("a");
        await approval.StartAsync(new());
        await CompleteAsync(s, world, "yes");

        Assert.Equal("yes", await approval.GetResultAsync());
    }));

    [Fact]
    public Task AsynchronousCompletion_SecondAndLateOnes_AreToldSo() => Run(static (s, world) => s.Script(async () =>
    {
        var approval = s.Env.Client.GetWorkflow<Approval>("a");
        await approval.StartAsync(new());
        await CompleteAsync(s, world, "yes");

        Assert.Equal("yes", await approval.GetResultAsync());
        await Assert.ThrowsAsync<ActivityNotPending>(() => s.Env.Client.CompleteActivityAsync(world.Token, "no"));
        await Assert.ThrowsAsync<ActivityNotPending>(() => s.Env.Client.HeartbeatActivityAsync(world.Token));
        await Assert.ThrowsAsync<InvalidRequest>(() => s.Env.Client.CompleteActivityAsync("nonsense"));
    }));

    [Fact]
    public Task AsynchronousCompletion_Failed_IsRetriedAsItsPolicySays() => Run(static (s, world) => s.Script(async () =>
    {
        var approval = s.Env.Client.GetWorkflow<Approval>("a");
        await approval.StartAsync(new());
        var first = await world.NextTokenAsync(null);
        try
        {
            await s.Env.Client.FailActivityAsync(first, new InvalidOperationException("not now"));
        }
        catch (ActivityNotPending) when (s.Crashes)
        {
            // That attempt went with its silo before it had left it.
        }

        while (true)
        {
            var token = world.Token;
            try
            {
                await s.Env.Client.CompleteActivityAsync(token, "then");
                break;
            }
            catch (ActivityNotPending)
            {
                await s.Env.AdvanceAsync(TimeSpan.FromSeconds(1));
            }
        }

        Assert.Equal("then", await approval.GetResultAsync());
    }));

    [Fact]
    public Task AsynchronousCompletion_NobodyComes_TimesOut() => Run(static (s, _) => s.Script(async () =>
    {
        var failed = await Assert.ThrowsAsync<WorkflowFailed>(() =>
            s.Env.Client.GetWorkflow<Approval>("a").ExecuteAsync(new(Attempts: 1)));
        if (s.Crashes && failed.InnerException!.InnerException is ActivityLost) return;
        Assert.Equal(TimeoutKind.StartToClose, Assert.IsType<TimedOut>(failed.InnerException!.InnerException).Kind);
    }));

    [Fact]
    public Task AsynchronousCompletion_WithoutHeartbeats_TimesOutSooner() => Run(static (s, world) => s.Script(async () =>
    {
        var approval = s.Env.Client.GetWorkflow<Approval>("a");
        var began = s.Env.UtcNow;
        var failed = await Assert.ThrowsAsync<WorkflowFailed>(() =>
            approval.ExecuteAsync(new(Attempts: 1, Heartbeat: TimeSpan.FromMinutes(1))));
        if (s.Crashes && failed.InnerException!.InnerException is ActivityLost) return;
        Assert.Equal(TimeoutKind.Heartbeat, Assert.IsType<TimedOut>(failed.InnerException!.InnerException).Kind);
        if (!s.Crashes) Assert.Equal(TimeSpan.FromMinutes(1), s.Env.UtcNow - began);
    }));

    [Fact]
    public Task HeartbeatFromOutside_WithDetails_IsReadByTheNextAttempt() => Run(static (s, world) => s.Script(async () =>
    {
        var approval = s.Env.Client.GetWorkflow<Approval>("a");
        await approval.StartAsync(new(Heartbeat: TimeSpan.FromMinutes(1), ReadsDetails: true));
        await UntilTakenAsync(s, world, async token =>
        {
            await s.Env.Client.HeartbeatActivityAsync(token, "half");
            await s.Env.AdvanceAsync(TimeSpan.FromSeconds(50));
            Assert.False((await s.Env.Client.HeartbeatActivityAsync(token)).IsCancelRequested);
            await s.Env.AdvanceAsync(TimeSpan.FromSeconds(50)); // beyond the timeout of the first, within that of the second
            await s.Env.Client.FailActivityAsync(token, new InvalidOperationException("stuck"));
        });

        Assert.Equal("resumed at half", await approval.GetResultAsync());
    }));

    [Fact]
    public Task HeartbeatFromOutside_CallCanceled_TellsSo() => Run(static (s, world) => s.Script(async () =>
    {
        var approval = s.Env.Client.GetWorkflow<Approval>("a");
        await approval.StartAsync(new());
        await UntilTakenAsync(s, world, token => s.Env.Client.HeartbeatActivityAsync(token));
        await approval.CancelAsync();
        await UntilTakenAsync(s, world, async token =>
        {
            Assert.True((await s.Env.Client.HeartbeatActivityAsync(token)).IsCancelRequested);
            await s.Env.Client.CancelActivityAsync(token, "given up");
        }, endedIsFine: s.Crashes);

        var failed = await Assert.ThrowsAsync<WorkflowFailed>(() => approval.GetResultAsync());
        Assert.Equal(WorkflowStatus.Canceled, failed.Status);
    }));

    private static Task Run(Action<Scenario, World> define) => Scenario.RunAsync(s =>
    {
        var world = new World();
        s.Host(o => o.AddWorkflow<Approval>().AddActivities(world));
        define(s, world);
    });

    private static Task CompleteAsync(Scenario s, World world, string result) =>
        UntilTakenAsync(s, world, token => s.Env.Client.CompleteActivityAsync(token, result));

    // A crash may take an attempt before it has left its silo: then the next one has a token of its own.
    private static async Task UntilTakenAsync(Scenario s, World world, Func<string, Task> report, bool endedIsFine = false)
    {
        for (string? last = null; ;)
        {
            var token = await world.NextTokenAsync(last);
            try
            {
                await report(token);
                return;
            }
            catch (ActivityNotPending) when (s.Crashes)
            {
                if (endedIsFine) return;
                last = token;
            }
        }
    }

    public interface IApproval
    {
        Task<string> ApproveAsync(bool readsDetails);
    }

    public sealed class World : IApproval
    {
        private readonly Lock _gate = new();
        private TaskCompletionSource<string> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Token { get; private set; } = "";

        public Task<string> ApproveAsync(bool readsDetails)
        {
            if (readsDetails && ActivityContext.Current.TryGetHeartbeatDetails<string>(out var details))
                return Task.FromResult($"resumed at {details}");
            TaskCompletionSource<string> waiting;
            lock (_gate)
            {
                Token = ActivityContext.Current.CompletionToken;
                waiting = _next;
                _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            waiting.SetResult(Token);
            throw new CompletedOutside();
        }

        /// <summary>A token other than the given one.</summary>
        public Task<string> NextTokenAsync(string? other)
        {
            lock (_gate) return Token.Length > 0 && Token != other ? Task.FromResult(Token) : _next.Task;
        }
    }

    public sealed record ApprovalInput(int Attempts = 0, TimeSpan? Heartbeat = null, bool ReadsDetails = false);

    [Workflow("scenario-approval")]
    public sealed class Approval : Workflow<ApprovalInput, string>
    {
        public override Task<string> RunAsync(ApprovalInput input) => Context.Activities<IApproval>(new()
        {
            StartToCloseTimeout = TimeSpan.FromDays(1),
            HeartbeatTimeout = input.Heartbeat,
            CancellationType = ActivityCancellationType.WaitCancellationCompleted,
            Retry = new() { MaximumAttempts = input.Attempts },
        }).ApproveAsync(input.ReadsDetails);
    }
}
