using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Grains.Workflows.Watch;
using Orchestration.Tests.Support;
using Orchestration.Tests.Support.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>What goes with messages all the way through a silo, and what is seen of a run from outside.</summary>
public sealed class MessagePathTests
{
    private static readonly StartOptions FirstVersion = new()
    {
        Version = 1, Headers = ImmutableDictionary<string, string>.Empty.Add("tenant", "parents"),
    };

    [Fact]
    public async Task Headers_OfClientInterceptors_ReachTheWorkflowsOwnThroughACrash()
    {
        var store = new InMemoryHistoryStore();
        var silo = await StartAsync(store, intercepted: true);
        var client = new WorkflowClient(silo.Grains, new WorkflowClientOptions { Interceptors = { new TenantOfClient() } });
        var talker = client.GetWorkflow<Talker>("h");
        await talker.SignalWithStartAsync(0, typeof(int), "Say", ["a"], FirstVersion);
        await talker.SignalAsync(w => w.Say("b"));
        await silo.Client.GetWorkflow<Talker>("h").SignalAsync("Say", ["c"]); // a client without interceptors
        Assert.Equal("q@acme", await talker.UpdateAsync<string>("Ask", ["q"]));
        Assert.Equal("a@acme,b@acme,c@nobody@acme", await talker.QueryAsync(w => w.Heard()));
        await silo.CrashAsync();
        await using var next = await StartAsync(store, intercepted: true);
        Assert.Equal("a@acme,b@acme,c@nobody@nobody", await next.Client.GetWorkflow<Talker>("h").QueryAsync<string>("Heard"));
    }

    [Fact]
    public async Task WatchStatus_ThroughContinueAsNew_GoesOnToTheEnd()
    {
        await using var silo = await StartAsync(new InMemoryHistoryStore());
        var talker = silo.Client.GetWorkflow<Talker>("w");
        var first = (await talker.StartAsync(1, FirstVersion)).RunId;
        var seen = new List<string?>();
        var runs = new HashSet<RunId>();
        await foreach (var update in talker.WatchStatusAsync())
        {
            runs.Add(update.RunId);
            seen.Add(update.CustomStatus is null ? $"{update.WorkflowStatus}" : update.GetStatus<string>());
            if (seen[^1]!.StartsWith("begun", StringComparison.Ordinal)) await talker.SignalAsync(w => w.Go());
        }

        Assert.Equal(["begun 1", "begun 0", "Completed"], seen);
        Assert.Equal(2, runs.Count);

        // By a handle of the first run too, after the end, from a cursor within it.
        var later = await silo.Client.GetWorkflow<Talker>("w", first).WatchStatusAsync().ToListAsync();
        Assert.Equal(3, later.Count);
        var resumed = await silo.Client.GetWorkflow<Talker>("w", first).WatchStatusAsync(later[0].Cursor).ToListAsync();
        Assert.Equal(["begun 0", null], resumed.Select(static u => u.GetStatus<string>()));
    }

    [Fact]
    public async Task Describe_ClosedRunThatIsNotInMemory_ShowsWhatItSaidLast()
    {
        var store = new InMemoryHistoryStore();
        await using (var silo = await StartAsync(store))
        {
            var talker = silo.Client.GetWorkflow<Talker>("d");
            await talker.StartAsync(0, FirstVersion);
            await talker.SignalAsync(w => w.Say("last words"));
            await talker.SignalAsync(w => w.Go());
            await talker.GetResultAsync();
        }

        await using var next = await StartAsync(store);
        var description = await next.Client.GetWorkflow<Talker>("d").DescribeAsync();
        Assert.Equal("\"last words\"", description.CustomStatus?.ToString());
        await using var without = await TestSilo.StartAsync(store, TestHosting.All, services: s => s.AddSingleton(new World()));
        description = await without.Client.GetWorkflow("d").DescribeAsync(); // no code that could say it
        Assert.Equal((WorkflowStatus.Completed, null), (description.Status, description.CustomStatus));
    }

    [Fact]
    public async Task Child_WithVersionHeadersAndTypedSignals_GetsThem()
    {
        await using var silo = await StartAsync(new InMemoryHistoryStore());
        var options = new StartOptions { Headers = ImmutableDictionary<string, string>.Empty.Add("tenant", "parents") };
        var parent = silo.Client.GetWorkflow<TalkerParent>("p");
        Assert.Equal("hi!,twice", await parent.ExecuteAsync("hi", options));
        var child = silo.Client.GetWorkflow<Talker>("p-child");
        Assert.Equal("parents", await child.QueryAsync(w => w.Tenant()));
        Assert.Equal(1, (await child.GetHistoryAsync().ToListAsync()).Count(static e =>
            e.Json.Contains("\"more\":\"yes\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Child_PastItsExecutionTimeout_FailsItsParent()
    {
        await using var silo = await StartAsync(new InMemoryHistoryStore());
        var failure = await Assert.ThrowsAsync<WorkflowFailed>(
            () => silo.Client.GetWorkflow<TalkerParent>("t").ExecuteAsync("limited"));
        Assert.IsType<TimedOut>(Assert.IsType<ChildWorkflowFailed>(failure.InnerException).InnerException);
    }

    [Fact]
    public async Task Query_ConsistentWhereAnotherSiloWrote_SeesIt()
    {
        var store = new InMemoryHistoryStore();
        await using var one = await StartAsync(store);
        await using var two = await StartAsync(store); // knows nothing of the other: as after a partition
        var here = one.Client.GetWorkflow<Talker>("q");
        await here.StartAsync(0, FirstVersion);
        await two.Client.GetWorkflow<Talker>("q").SignalAsync("Say", ["x"]);
        Assert.Equal("", await here.QueryAsync(w => w.Heard())); // stale, as may be
        Assert.Equal("x", await here.QueryAsync(w => w.Heard(), new QueryOptions { Consistent = true }));
    }

    [Fact]
    public async Task Query_ConsistentWhileTurnFollowsTurn_SeesWhatAnotherSiloWroteBetweenThem()
    {
        var store = new InMemoryHistoryStore();
        var slow = new FaultyHistoryStore(store);
        await using var one = await StartAsync(slow);
        await using var two = await StartAsync(store);
        var here = one.Client.GetWorkflow<Talker>("q");
        await here.StartAsync(0, FirstVersion);
        var hold = slow.HoldAfter(slow.Writes + 1);
        var first = here.SignalAsync(w => w.Say("a"));
        await hold.Reached;
        await two.Client.GetWorkflow<Talker>("q").SignalAsync("Say", ["x"]);

        // Asked while the first append has taken place and is not answered; a further one begins with its answer.
        var asked = here.QueryAsync(w => w.Heard(), new QueryOptions { Consistent = true });
        var second = new WorkflowClient(one.Grains).GetWorkflow<Talker>("q").SignalAsync("Say", ["b"]);
        await here.GetHistoryAsync().ToListAsync(); // both have arrived
        hold.Release();

        Assert.StartsWith("a,x", await asked, StringComparison.Ordinal);
        await first;
        await second;
    }

    [Fact]
    public async Task Query_ConsistentWhileTheRunIsLoaded_SeesWhatAnotherSiloWroteSince()
    {
        var store = new InMemoryHistoryStore();
        await using (var before = await StartAsync(store))
            await before.Client.GetWorkflow<Talker>("q").StartAsync(0, FirstVersion);
        var (slow, holds) = HeldReads.Over(store);
        var clock = new ManualTimeProvider();
        var gate = new SuspectGate(clock);
        clock.Advance(TimeSpan.FromMinutes(3)); // what is long after its start takes a run that waits for no suspect
        await using var one = await TestSilo.StartAsync(
            slow, TalkHosting.All, services: s => s.AddSingleton(new World()).AddSingleton(gate));
        await using var two = await StartAsync(store);
        var here = one.Client.GetWorkflow<Talker>("q");
        await one.Grains.GetGrain<IWorkflowGrain>("q").GetResultAsync(new ResultRequest()); // known, and nothing of it is read
        var hold = holds.HoldAnswer(nameof(Storage.IHistoryStore.ReadAsync));
        var first = here.QueryAsync(w => w.Heard());
        await hold.Reached;
        await two.Client.GetWorkflow<Talker>("q").SignalAsync("Say", ["x"]);
        var asked = AskAsync();
        var unknown = one.Client.GetWorkflow<Talker>("q", new RunId(Guid.NewGuid()));
        await Assert.ThrowsAsync<WorkflowNotFound>(() => unknown.GetHistoryAsync().ToListAsync().AsTask()); // it has arrived
        hold.Release();

        var (fault, heard) = await asked;
        Assert.True(fault is FaultKind.NotOwner || heard == "x", $"{fault}: '{heard}'");
        await first;

        async Task<(FaultKind? Fault, string? Heard)> AskAsync()
        {
            var reply = await one.Grains.GetGrain<IWorkflowMessagesGrain>("q").QueryAsync(
                new QueryRequest { Name = "Heard", Arguments = [], Consistent = true });
            return (reply.Fault?.Kind, reply.Result is { } result ? JsonSerializer.Deserialize<string>(result.Data.Span) : null);
        }
    }

    [Fact]
    public async Task Query_WhileATurnIsCommitted_WaitsForItAndSeesNothingBeforeItIsDurable()
    {
        var store = new FaultyHistoryStore(new InMemoryHistoryStore());
        await using var silo = await StartAsync(store);
        var talker = silo.Client.GetWorkflow<Talker>("f");
        await talker.StartAsync(0, FirstVersion);
        var hold = store.HoldBefore(store.Writes + 1);
        var signal = talker.SignalAsync(w => w.Say("held"));
        await hold.Reached;
        var asked = talker.QueryAsync(w => w.Heard());
        Assert.Equal(WorkflowStatus.Running, (await talker.DescribeAsync()).Status); // a second or so, in which the query waits
        Assert.False(asked.IsCompleted);
        hold.Release();
        await signal;
        Assert.Equal("held", await asked);
    }

    private static Task<TestSilo> StartAsync(Storage.IHistoryStore store, bool intercepted = false) => TestSilo.StartAsync(
        store,
        options =>
        {
            TalkHosting.All(options);
            if (intercepted) options.WorkflowInterceptors.Add(new TenantOfMessage());
        },
        services: s => s.AddSingleton(new World()));
}
