using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>
/// An activation that finds, while it loads its run, that another one has ended it, and forgets what it knew: whoever asked it
/// meanwhile is not told that there is no such workflow.
/// </summary>
public sealed class ForgettingTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly InMemoryHistoryStore _store = new();

    [Fact]
    public async Task Result_AskedForWhileTheActivationForgets_IsToBeAskedForAgain()
    {
        var (store, holds) = HeldReads.Over(_store);
        await using var behind = await StartAsync(store);
        await using var other = await StartAsync(_store);
        await other.Client.GetWorkflow<Reactor>("r").StartAsync(1);
        var grain = behind.Grains.GetGrain<IWorkflowGrain>("r");

        var reply = await WhileItForgetsAsync(behind, other, holds, () => grain.GetResultAsync(new ResultRequest()));

        Assert.Equal(FaultKind.NotOwner, reply.Fault?.Kind);
        Assert.Equal(WorkflowStatus.Terminated, (await grain.GetResultAsync(new ResultRequest())).Status);
    }

    [Fact]
    public async Task MessageOfAnotherRun_ThatComesWhileTheActivationForgets_IsToBeSentAgain()
    {
        var (store, holds) = HeldReads.Over(_store);
        await using var behind = await StartAsync(store);
        await using var other = await StartAsync(_store);
        await other.Client.GetWorkflow<Reactor>("r").StartAsync(1);
        var call = new RunCall { Kind = RunCallKind.Bind, SourceKey = "s", SourceRun = Guid.NewGuid(), SourceCommand = 1 };

        var reply = await WhileItForgetsAsync(behind, other, holds,
            () => behind.Grains.GetGrain<IWorkflowRunGrain>("r").DeliverAsync([call]));

        Assert.Equal(RunCallAnswer.TryAgain, Assert.Single(reply).Answer);
    }

    private Task<TestSilo> StartAsync(IHistoryStore store) => TestSilo.StartAsync(
        store,
        static options =>
        {
            TestHosting.All(options);
            options.AddWorkflow<Reactor>();
        },
        _clock,
        static services => services.AddSingleton(new World()));

    private async Task<T> WhileItForgetsAsync<T>(TestSilo behind, TestSilo other, HeldReads holds, Func<Task<T>> call)
    {
        // It knows of the run, which is not in its memory, and is woken.
        await behind.Grains.GetGrain<IWorkflowGrain>("r").GetResultAsync(new ResultRequest());
        var load = holds.Hold(nameof(IHistoryStore.ReadAsync));
        var wake = behind.Grains.GetGrain<IWorkflowRunGrain>("r").WakeAsync(new WakeRequest(AfterCrash: false));
        await load.Reached;
        await other.Client.GetWorkflow<Reactor>("r").TerminateAsync("enough");

        // So long unconfirmed that it holds what it knows against the store for the caller, who waits for that meanwhile.
        _clock.Advance(TimeSpan.FromSeconds(6));
        var find = holds.Hold(nameof(IHistoryStore.FindAsync));
        var reply = call();
        await find.Reached;
        load.Release();
        await Assert.ThrowsAnyAsync<Exception>(() => wake);
        find.Release();
        return await reply.WaitAsync(Eventually.Limit);
    }
}
