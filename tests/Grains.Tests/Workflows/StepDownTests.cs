using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Grains.Workflows.Watch;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>
/// An activation that steps down, or cannot take the run into memory that it was woken for, leaves nobody to go on with it; it
/// is seen to it that somebody does.
/// </summary>
public sealed class StepDownTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Wake_ThatCouldNotBeTaken_IsRepeatedWithNobodyAsking(int deathsBefore)
    {
        var inner = new InMemoryHistoryStore();
        var world = new World();
        await using (var silo = await StartAsync(inner, world))
        {
            await silo.Client.GetWorkflow<Blocker>("b").StartAsync("b");
            await world.StartOf("b").Task;
            await silo.CrashAsync();
        }

        var record = (await inner.FindAsync(new WorkflowKey("b")))!;
        for (var i = 0; i < deathsBefore; i++) await inner.CountWakeAsync(record.Key, record.Handle);
        var store = Forgetful.Over(inner);
        await using var next = await StartAsync(store, world);
        await Eventually.EventuallyAsync(() => world.Executions.Count == 2, "the lost attempt is made again");
        Assert.True(((Forgetful)(object)store).HasForgotten);
        world.Block("b").SetResult("b");
        Assert.Equal("b", await next.Client.GetWorkflow<Blocker>("b").GetResultAsync());
    }

    [Fact]
    public async Task Shutdown_WhileASuspectWaitsForItsTurn_DoesNotWaitForThat()
    {
        var inner = new InMemoryHistoryStore();
        var world = new World();
        await using (var silo = await StartAsync(inner, world))
        {
            await silo.Client.GetWorkflow<Blocker>("b").StartAsync("b");
            await world.StartOf("b").Task;
            await silo.CrashAsync();
        }

        var record = (await inner.FindAsync(new WorkflowKey("b")))!;
        await inner.CountWakeAsync(record.Key, record.Handle);
        var (store, counts) = CountingStore.Over(inner);
        await using (await TestSilo.StartAsync(store, TestHosting.All, services: s => s.AddSingleton(world)
            .AddSingleton(new SuspectGate(TimeProvider.System) { Patience = TimeSpan.FromHours(1) })))
        {
            await Eventually.EventuallyAsync(
                () => counts.Of(nameof(IHistoryStore.FindAsync)) > 0, "it is woken, and waits for its turn");
        }

        // A silo that is more patient with its runs has it at once.
        world.Block("b").SetResult("b");
        await using var next = await StartAsync(inner, world);
        Assert.Equal("b", await next.Client.GetWorkflow<Blocker>("b").GetResultAsync());
        Assert.Equal(2, world.Executions.Count);
    }

    private static Task<TestSilo> StartAsync(IHistoryStore store, World world) =>
        TestSilo.StartAsync(store, TestHosting.All, services: s => s.AddSingleton(world));

    [Fact]
    public async Task ForeignRecord_WithNobodyAsking_TheRunGoesOnSoonAllTheSame()
    {
        var inner = new InMemoryHistoryStore();
        var clock = new ManualTimeProvider();
        await using var silo = await TestSilo.StartAsync(
            inner, TestHosting.All, clock, static s => s.AddSingleton(new World()));
        await silo.Client.GetWorkflow<Sleeper>("s").StartAsync(TimeSpan.FromMilliseconds(700));
        await Eventually.EventuallyAsync(
            async () => (await inner.FindAsync(new WorkflowKey("s")))!.Summary.State,
            static state => state == RunState.Parked, "it is parked");

        // A cancellation that another activation wrote, of which this one knows nothing: its next append is in conflict.
        var record = (await inner.FindAsync(new WorkflowKey("s")))!;
        var page = await inner.ReadAsync(record.Key, record.Handle, 1);
        var at = record.StartedAt.ToUnixTimeMilliseconds();
        var foreign = await inner.AppendAsync(new AppendRequest
        {
            Key = record.Key, Handle = record.Handle, ExpectedSequence = page.Batches.Sum(static b => b.EventCount),
            TurnId = new TurnId(Guid.NewGuid(), 1), EventCount = 1, Format = 1,
            Body = System.Text.Encoding.UTF8.GetBytes($$"""[{"type":"run-cancel-requested","at":{{at}},"reason":"elsewhere"}]"""),
        });
        Assert.Equal(AppendOutcome.Appended, foreign.Outcome);

        // Its timer meets the conflict, and nobody repeats a timer. Time goes no further than to where that must be mended.
        var last = clock.GetUtcNow() + TimeSpan.FromSeconds(10);
        await Eventually.EventuallyAsync(
            async () =>
            {
                if (clock.GetUtcNow() < last) clock.Advance(TimeSpan.FromMilliseconds(100));
                return (await inner.FindAsync(new WorkflowKey("s")))!.Summary.State;
            },
            static state => state == RunState.Closed, "it has gone on from what is stored");
        Assert.Equal(WorkflowStatus.Canceled, (await inner.FindAsync(new WorkflowKey("s")))!.Summary.Status);
    }

    /// <summary>Knows nothing of a run the first time it is to be counted.</summary>
    public class Forgetful : DispatchProxy
    {
        private IHistoryStore _inner = null!;

        public bool HasForgotten { get; private set; }

        public static IHistoryStore Over(IHistoryStore inner)
        {
            var store = Create<IHistoryStore, Forgetful>();
            ((Forgetful)(object)store)._inner = inner;
            return store;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name != nameof(IHistoryStore.CountWakeAsync) || HasForgotten)
                return targetMethod.Invoke(_inner, args);
            HasForgotten = true;
            return new ValueTask<int?>((int?)null);
        }
    }
}
