using Orchestration.Client;
using Orchestration.Scenarios.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Start;

public sealed class StartPolicyScenarios
{
    [Theory]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicate, false, true)]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicate, true, true)]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicateFailedOnly, false, false)]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicateFailedOnly, true, true)]
    [InlineData(WorkflowIdReusePolicy.RejectDuplicate, false, false)]
    [InlineData(WorkflowIdReusePolicy.RejectDuplicate, true, false)]
    public Task Start_IdReuse_IsAsThePolicySays(WorkflowIdReusePolicy reuse, bool failed, bool allowed) =>
        Run((s, effects) => s.Script(async () =>
        {
            var step = s.Env.Client.GetWorkflow<Step>("w");
            var first = await step.StartAsync(failed ? "fail" : "first");
            if (failed) await Assert.ThrowsAsync<WorkflowFailed>(() => step.GetResultAsync());
            else await step.GetResultAsync();
            var again = new StartOptions { IdReuse = reuse };
            if (allowed)
            {
                Assert.NotEqual(first.RunId, (await step.StartAsync("second", again)).RunId);
                Assert.Equal("second", await step.GetResultAsync());
            }
            else
            {
                var refused = await Assert.ThrowsAsync<WorkflowAlreadyStarted>(() => step.StartAsync("second", again));
                Assert.Equal(first.RunId, refused.RunId);
            }

            Assert.Equal(allowed ? 1 : 0, effects.Done.Count(static e => e == "second"));
            Assert.Equal(allowed ? 2 : 1, await s.Env.Client.ListAsync().CountAsync());
        }));

    [Theory]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicate)]
    [InlineData(WorkflowIdReusePolicy.RejectDuplicate)]
    public Task Start_ConflictFail_AnOpenRunHoldsItsId(WorkflowIdReusePolicy reuse) => Run((s, _) => s.Script(async () =>
    {
        var open = s.Env.Client.GetWorkflow<Patient>("w");
        var first = await open.StartAsync("first");
        var options = new StartOptions { IdReuse = reuse };
        var refused = await Assert.ThrowsAsync<WorkflowAlreadyStarted>(() => open.StartAsync("second", options));
        Assert.Equal(first.RunId, refused.RunId);
        Assert.Equal("first", await open.GetResultAsync());
        Assert.Equal(1, await s.Env.Client.ListAsync().CountAsync());
    }));

    [Fact]
    public Task Start_ConflictUseExisting_GetsTheOpenRun() => Run(static (s, _) => s.Script(async () =>
    {
        var open = s.Env.Client.GetWorkflow<Patient>("w");
        var use = new StartOptions { IdConflict = WorkflowIdConflictPolicy.UseExisting };
        var first = await open.StartAsync("first", use);
        Assert.True(first.IsNew);
        Assert.Equal(first with { IsNew = false }, await open.StartAsync("second", use));
        Assert.Equal("first", await open.ExecuteAsync("third", use));
        Assert.Equal(1, await s.Env.Client.ListAsync().CountAsync());
    }));

    [Fact]
    public Task Start_ConflictTerminateExisting_EndsTheOneAndBeginsTheOther() => Run(static (s, _) => s.Script(async () =>
    {
        var open = s.Env.Client.GetWorkflow<Patient>("w");
        var first = await open.StartAsync("first");
        var second = await open.StartAsync(
            "second", new StartOptions { IdConflict = WorkflowIdConflictPolicy.TerminateExisting });
        Assert.NotEqual(first.RunId, second.RunId);
        Assert.True(second.IsNew);
        var ended = await Assert.ThrowsAsync<WorkflowFailed>(() =>
            s.Env.Client.GetWorkflow<Patient>("w", first.RunId).GetResultAsync());
        Assert.Equal(WorkflowStatus.Terminated, ended.Status);
        Assert.Equal("second", await open.GetResultAsync());
        Assert.Equal(2, await s.Env.Client.ListAsync().CountAsync());
    }));

    [Fact]
    public Task Start_ConflictTerminateExisting_EndsItsChildrenToo() => Run(static (s, _) => s.Script(async () =>
    {
        var parent = s.Env.Client.GetWorkflow<Parent>("w");
        await parent.StartAsync("first-kid");
        await s.UntilAsync(async () => await s.Env.Client.ListAsync().CountAsync() == 2, "the child");
        await parent.StartAsync(
            "second-kid", new StartOptions { IdConflict = WorkflowIdConflictPolicy.TerminateExisting });
        var ended = await Assert.ThrowsAsync<WorkflowFailed>(() =>
            s.Env.Client.GetWorkflow<Patient>("first-kid").GetResultAsync());
        Assert.Equal(WorkflowStatus.Terminated, ended.Status);
        Assert.Equal("second-kid", await parent.GetResultAsync());
    }));

    [Fact]
    public Task Start_RepeatedOverACrash_IsOneRun() => Run(static (s, effects) => s.OnDisk().Script(async () =>
    {
        // A start whose answer is lost is repeated by the client under its request's number.
        for (var i = 1; i <= 3; i++)
        {
            var step = s.Env.Client.GetWorkflow<Step>("w");
            var started = await step.StartAsync($"{i}");
            Assert.True(started.IsNew);
            Assert.Equal($"{i}", await step.GetResultAsync());
            Assert.Equal(i, await s.Env.Client.ListAsync().CountAsync());
        }

        Assert.Equal(["1", "2", "3"], effects.Done);
    }));

    [Fact]
    public Task Start_ManyAtOnceOfOneId_OneOfThemBeginsIt() => Run(static (s, _) => s.Script(async () =>
    {
        var open = s.Env.Client.GetWorkflow<Patient>("w");
        var starts = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            try
            {
                return (Run: (await open.StartAsync($"{i}")).RunId, Began: true);
            }
            catch (WorkflowAlreadyStarted e)
            {
                return (Run: e.RunId, Began: false);
            }
        }));
        Assert.Single(starts, static x => x.Began);
        Assert.Single(starts.Select(static x => x.Run).Distinct());
        Assert.Equal(1, await s.Env.Client.ListAsync().CountAsync());
    }));

    [Fact]
    public Task Start_UnknownTypeOrVersionOrUnfitInput_IsRefusedAndNothingIsWritten() => Run(static (s, _) => s.Script(async () =>
    {
        var step = s.Env.Client.GetWorkflow<Step>("w");
        await Assert.ThrowsAsync<UnknownWorkflowType>(() => s.Env.Client.GetWorkflow("w", "nobody's").StartAsync("x"));
        await Assert.ThrowsAsync<UnknownWorkflowType>(() => step.StartAsync("x", new StartOptions { Version = 9 }));
        await Assert.ThrowsAsync<InvalidRequest>(() => s.Env.Client.GetWorkflow("w", "scenario-step").StartAsync(new { No = 1 }));
        await Assert.ThrowsAsync<PayloadTooLarge>(() => step.StartAsync(new string('x', 3_000_000)));
        Assert.Equal(0, await s.Env.Client.ListAsync().CountAsync());
        Assert.Equal("x", await step.ExecuteAsync("x"));
    }));

    private static Task Run(Action<Scenario, Effects> define) => Scenario.RunAsync(s =>
    {
        var effects = new Effects(s);
        s.Host(o => o.AddWorkflow<Step>().AddWorkflow<Patient>().AddWorkflow<Parent>().AddActivities(effects));
        define(s, effects);
    });

    [Workflow("scenario-patient-parent")]
    public sealed class Parent : Workflow<string, string>
    {
        public override Task<string> RunAsync(string input) => Context.Child<Patient>(input).ExecuteAsync(input);
    }
}
