using System.Collections.Concurrent;
using Orchestration.Client;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>
/// Messages whose handling takes the silo down, as a stack overflow does: nothing of them is in the history, and their clients
/// repeat them to the next silo.
/// </summary>
public sealed class PoisonMessageTests
{
    private readonly InMemoryHistoryStore _store = new();

    [Theory]
    [InlineData("signal")]
    [InlineData("update")]
    [InlineData("validator")]
    [InlineData("query")]
    public async Task MessageThatKillsItsSilo_AfterThreeDeaths_IsAnsweredByTheRunsStall(string kind)
    {
        await using (var first = await StartAsync()) await first.Client.GetWorkflow<Fragile>(kind).StartAsync(kind);
        for (var death = 1; death <= 3; death++) await KillAsync(kind, death);

        await using var last = await StartAsync();
        var workflow = last.Client.GetWorkflow<Fragile>(kind);
        var stalled = await Record.ExceptionAsync(() => SendAsync(workflow, kind));
        Assert.Contains("3 times a silo died while this run's code ran", Assert.IsType<WorkflowStalled>(stalled).Message,
            StringComparison.Ordinal);
        Assert.Equal(FaultCodes.PoisonRun, (await workflow.DescribeAsync()).Stall!.Code);
        Assert.Equal(3, Fragile.Deaths[kind]);
        await workflow.TerminateAsync("poison");
        Assert.Equal(WorkflowStatus.Terminated, (await workflow.DescribeAsync()).Status);
    }

    [Fact]
    public async Task QueryOfAnEndedRunThatKillsItsSilo_AfterThreeDeaths_IsRefused()
    {
        await using (var first = await StartAsync())
        {
            await first.Client.GetWorkflow<Fragile>("ended").StartAsync("ended");
            await first.Client.GetWorkflow<Fragile>("ended").TerminateAsync("enough");
        }

        for (var death = 1; death <= 3; death++) await KillAsync("ended", death);
        await using var last = await StartAsync();
        var workflow = last.Client.GetWorkflow<Fragile>("ended");
        var refused = await Assert.ThrowsAsync<WorkflowStalled>(() => SendAsync(workflow, "query"));
        Assert.Contains("3 times a silo died while this run's code ran", refused.Message, StringComparison.Ordinal);
        Assert.Equal((3, WorkflowStatus.Terminated), (Fragile.Deaths["ended"], (await workflow.DescribeAsync()).Status));
    }

    [Fact]
    public async Task MessagesToARunThatACrashLeft_ThatDoNoHarm_LeaveNoCount()
    {
        await using (var first = await StartAsync()) await first.Client.GetWorkflow<Fragile>("sound").StartAsync("sound");
        Fragile.Weapons["sound"] = static () => { };
        for (var silos = 0; silos < 5; silos++)
        {
            await using var silo = await StartAsync();
            var workflow = silo.Client.GetWorkflow<Fragile>("sound");
            foreach (var kind in (string[])["query", "signal", "update", "query"]) await SendAsync(workflow, kind);
            Assert.Equal(0, (await _store.FindAsync(new WorkflowKey("sound")))!.Wakes);
            await silo.CrashAsync();
        }

        // The same of a run that has ended.
        await using var next = await StartAsync();
        await next.Client.GetWorkflow<Fragile>("sound").TerminateAsync("enough");
        await SendAsync(next.Client.GetWorkflow<Fragile>("sound"), "query");
        Assert.Equal(0, (await _store.FindAsync(new WorkflowKey("sound")))!.Wakes);
    }

    /// <summary>A silo comes up, is sent the message, and dies of it.</summary>
    private async Task KillAsync(string kind, int death)
    {
        var died = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var doomed = await StartAsync();
        Fragile.Weapons[kind] = () =>
        {
            Fragile.Deaths.AddOrUpdate(kind, 1, static (_, deaths) => deaths + 1);
            doomed.Die();
            died.TrySetResult();
        };
        var sent = SendAsync(doomed.Client.GetWorkflow<Fragile>(kind), kind);
        await died.Task.WaitAsync(Eventually.Limit);
        _ = sent.ContinueWith(static t => t.Exception, TaskScheduler.Default);
        await doomed.CrashAsync();
        Assert.Equal(death, Fragile.Deaths[kind]);
        Assert.Equal(death, (await _store.FindAsync(new WorkflowKey(kind)))!.Wakes);
    }

    private static Task SendAsync(IWorkflowHandle<Fragile> workflow, string kind) => kind switch
    {
        "signal" => workflow.SignalAsync("Touch"),
        "update" => workflow.UpdateAsync<int>("Change"),
        "validator" => workflow.UpdateAsync<int>("Judged"),
        _ => workflow.QueryAsync<int>("Ask"),
    };

    private Task<TestSilo> StartAsync() => TestSilo.StartAsync(_store, static o => o.AddWorkflow<Fragile>());
}

/// <summary>Does with its silo what the test says.</summary>
[Workflow("fragile")]
public sealed class Fragile : Workflow<string, string>
{
    private string _id = "";

    public static ConcurrentDictionary<string, Action> Weapons { get; } = new();

    public static ConcurrentDictionary<string, int> Deaths { get; } = new();

    [Signal]
    public void Touch() => Weapons[_id]();

    [Update]
    public int Change()
    {
        Weapons[_id]();
        return 0;
    }

    [UpdateValidator(nameof(Judged))]
    public void Judge() => Weapons[_id]();

    [Update]
    public int Judged() => 0;

    [Query]
    public int Ask()
    {
        Weapons[_id]();
        return 0;
    }

    public override async Task<string> RunAsync(string input)
    {
        _id = input;
        await Context.WhenAsync(static () => false);
        return input;
    }
}
