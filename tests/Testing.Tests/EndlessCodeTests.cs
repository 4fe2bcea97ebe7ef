using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Workflows.Watch;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Testing.Tests;

/// <summary>Spins where it is told to, until it is released.</summary>
[Workflow("spinner")]
[AllowNondeterminism("Breaks the rules on purpose: what the environment makes of that is what is tested.")]
public sealed class Spinner : Workflow<string, string>
{
    private static volatile bool _released;
    private static int _spinning;

    public static bool Released
    {
        get => _released;
        set => _released = value;
    }

    /// <summary>How many threads are at it.</summary>
    public static int Spinning => Volatile.Read(ref _spinning);

    [UpdateValidator(nameof(Touch))]
    public void MayTouch() => Spin();

    [Update]
    public void Touch()
    {
    }

    [Query]
    public int Ask()
    {
        Spin();
        return 0;
    }

    public override async Task<string> RunAsync(string input)
    {
        if (input == "at once") Spin();
        await Context.DelayAsync(TimeSpan.FromMinutes(30));
        if (input == "later") Spin();
        await Context.DelayAsync(TimeSpan.FromMinutes(30));
        return "done";
    }

    private static void Spin()
    {
        Interlocked.Increment(ref _spinning);
        while (!_released) Thread.SpinWait(100);
        Interlocked.Decrement(ref _spinning);
    }
}

/// <summary>
/// An author's endless loop fails the author's test with words; it does not hang it, nor whatever else the environment runs.
/// </summary>
public sealed class EndlessCodeTests : IAsyncLifetime
{
    private readonly InMemoryHistoryStore _store = new();

    // Only what spins outlasts the limit, as time stands still for all other code, however slow the machine.
    private readonly ManualTimeProvider _watch = new();

    public Task InitializeAsync()
    {
        Spinner.Released = false;
        return Task.CompletedTask;
    }

    // The next test takes the release back: a thread that had not looked meanwhile would go on.
    public Task DisposeAsync()
    {
        Spinner.Released = true;
        return Eventually.EventuallyAsync(static () => Spinner.Spinning == 0, "nothing spins");
    }

    [Fact]
    public async Task Validator_Endless_RejectsAndTimeGoesOn()
    {
        await using var env = await StartAsync();
        var spinner = env.Client.GetWorkflow<Spinner>("s");
        await spinner.StartAsync("sleep");

        await Assert.ThrowsAsync<UpdateRejected>(() => OutlastedAsync(spinner.UpdateAsync(static s => s.Touch())));

        Assert.Equal("done", await spinner.GetResultAsync());
    }

    [Fact]
    public async Task Query_Endless_IsRefusedAndTimeGoesOn()
    {
        await using var env = await StartAsync();
        var spinner = env.Client.GetWorkflow<Spinner>("s");
        await spinner.StartAsync("sleep");

        await Assert.ThrowsAsync<QueryFailed>(() => OutlastedAsync(spinner.QueryAsync(static s => s.Ask())));

        Assert.Equal("done", await spinner.GetResultAsync());
    }

    [Fact]
    public async Task FirstTurn_Endless_FailsTheStartAndOthersGoOn()
    {
        await using var env = await StartAsync();
        var other = env.Client.GetWorkflow<Spinner>("other");
        await other.StartAsync("sleep");

        var stalled = await Assert.ThrowsAsync<WorkflowStalled>(
            () => OutlastedAsync(env.Client.GetWorkflow<Spinner>("s").StartAsync("at once")));

        Assert.Contains("held its first turn", stalled.Message, StringComparison.Ordinal);
        Assert.Equal("done", await other.GetResultAsync());
    }

    [Fact]
    public async Task Turn_Endless_StallsTheRunAndOthersGoOn()
    {
        await using var env = await StartAsync();
        await env.Client.GetWorkflow<Spinner>("s").StartAsync("later");
        var other = env.Client.GetWorkflow<Spinner>("other");
        await other.StartAsync("sleep");

        var result = other.GetResultAsync();
        await WatchUntilAsync(
            async () => (await _store.FindAsync(new WorkflowKey("s")))!.Summary.Status == WorkflowStatus.Stalled);
        Assert.Equal("done", await result);

        var listed = await env.Client.ListAsync(new WorkflowFilter { Status = WorkflowStatus.Stalled }).ToListAsync();
        Assert.Equal("s", Assert.Single(listed).WorkflowId);
    }

    private async Task OutlastedAsync(Task call)
    {
        await WatchUntilAsync(() => Task.FromResult(call.IsCompleted));
        await call;
    }

    // Once it spins, the watch's time goes on until the watch has given it up.
    private async Task WatchUntilAsync(Func<Task<bool>> condition)
    {
        await Eventually.EventuallyAsync(static () => Spinner.Spinning > 0, "it spins");
        await Eventually.EventuallyAsync(
            async () =>
            {
                if (await condition()) return true;
                _watch.Advance(TimeSpan.FromMilliseconds(100));
                return false;
            },
            static done => done, "what spins is given up");
    }

    private Task<WorkflowTestEnvironment> StartAsync() => WorkflowTestEnvironment.StartAsync(options =>
    {
        options.Store = _store;
        options.AddWorkflow<Spinner>().Engine(static o => o.TurnLimit = TimeSpan.FromSeconds(0.4))
            .Services(services => services.AddSingleton(new WatchClock(_watch)));
    });
}
