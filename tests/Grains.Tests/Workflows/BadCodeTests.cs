using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>Spins without end, until the test lets it.</summary>
[Workflow("spinner")]
[AllowNondeterminism("Breaks the rules on purpose: the silo's watch over turns is what is tested.")]
public sealed class Spinner : Workflow<string, string>
{
    private static volatile bool _released;
    private static int _entered;

    public static bool Released
    {
        get => _released;
        set => _released = value;
    }

    public static int Entered => Volatile.Read(ref _entered);

    public override async Task<string> RunAsync(string input)
    {
        await Context.DelayAsync(TimeSpan.FromMilliseconds(10));
        Interlocked.Increment(ref _entered);
        while (!_released) Thread.SpinWait(100);
        return "released";
    }
}

/// <summary>One test at a time: the spinner's switch is static.</summary>
public sealed class BadCodeTests
{
    private readonly InMemoryHistoryStore _store = new();
    private readonly World _world = new();

    [Fact]
    public async Task Turn_ThatNeverEnds_IsMarkedStalledOthersGoOnAndARestartDoesNotRunItAgain()
    {
        Spinner.Released = false;
        var silo = await StartAsync();
        try
        {
            for (var i = 0; i < Environment.ProcessorCount + 1; i++)
                await silo.Client.GetWorkflow<Spinner>($"spin{i}").StartAsync("x");
            for (var i = 0; i < Environment.ProcessorCount + 1; i++) await StalledAsync($"spin{i}");
            Assert.Equal(10, await silo.Client.GetWorkflow<Sequence>("other").ExecuteAsync(5));
            await silo.CrashAsync(); // in a process of its own it would be gone at once; here it leaves its threads behind
            var entered = Spinner.Entered;

            await using var next = await StartAsync();
            var workflow = next.Client.GetWorkflow<Spinner>("spin0");
            var stall = (await workflow.DescribeAsync()).Stall!;
            Assert.Equal(FaultCodes.TurnTooLong, stall.Code);
            Assert.Contains("'spinner'", stall.Message, StringComparison.Ordinal);
            Assert.Contains("TimerStarted 1", stall.Message, StringComparison.Ordinal);
            Assert.Equal(entered, Spinner.Entered);
            await workflow.TerminateAsync("it spins");
            Assert.Equal(WorkflowStatus.Terminated, (await workflow.DescribeAsync()).Status);
        }
        finally
        {
            Spinner.Released = true;
            await silo.DisposeAsync();
        }
    }

    [Fact]
    public async Task Turn_ThatEndsAfterItWasMarked_GoesOn()
    {
        Spinner.Released = false;
        await using var silo = await StartAsync();
        var workflow = silo.Client.GetWorkflow<Spinner>("late");
        await workflow.StartAsync("x");
        await StalledAsync("late");
        Spinner.Released = true;
        Assert.Equal("released", await workflow.GetResultAsync());
        Assert.Equal(RunState.Closed, (await _store.FindAsync(new WorkflowKey("late")))!.Summary.State);
    }

    [Fact]
    public async Task History_Damaged_EveryCallNamesTheCulpritAndTheSiloGoesOn()
    {
        var key = new WorkflowKey("damaged");
        await using (var before = await StartAsync())
            await before.Client.GetWorkflow<Sleeper>("damaged").StartAsync(TimeSpan.FromDays(1));
        var run = (await _store.FindAsync(key))!;
        var damage = await _store.AppendAsync(new AppendRequest
        {
            Key = run.Key, Handle = run.Handle, ExpectedSequence = 2, TurnId = new TurnId(Guid.NewGuid(), 1), EventCount = 1,
            Format = 1, Body = "[{\"type\":\"timer-fi"u8.ToArray(),
        });
        Assert.Equal(AppendOutcome.Appended, damage.Outcome);

        await using var silo = await StartAsync();
        var workflow = silo.Client.GetWorkflow<Sleeper>("damaged");
        Func<Task>[] calls =
        [
            () => workflow.DescribeAsync(), () => workflow.GetResultAsync(), () => workflow.TerminateAsync("broken"),
            () => workflow.CancelAsync(), () => workflow.StartAsync(TimeSpan.Zero),
        ];
        foreach (var call in calls)
        {
            var fault = await Assert.ThrowsAsync<EngineFault>(call);
            Assert.Equal(FaultCodes.CorruptHistory, fault.Code);
            Assert.Contains($"'damaged' (run {run.Key.RunId})", fault.Message, StringComparison.Ordinal);
        }

        Assert.Equal(10, await silo.Client.GetWorkflow<Sequence>("other").ExecuteAsync(5));
    }

    private Task<TestSilo> StartAsync() => TestSilo.StartAsync(
        _store,
        options =>
        {
            TestHosting.All(options);
            options.AddWorkflow<Spinner>().TurnLimit = TimeSpan.FromMilliseconds(400);
        },
        services: s => s.AddSingleton(_world));

    private Task<WorkflowStatus?> StalledAsync(string id) => Eventually.EventuallyAsync(
        async () => (await _store.FindAsync(new WorkflowKey(id)))?.Summary.Status,
        static status => status == WorkflowStatus.Stalled,
        $"{id} is marked as stalled");
}
