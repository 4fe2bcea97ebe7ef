using Orchestration.Client;
using Orchestration.Workflows;

namespace Orchestration.Testing.Tests;

/// <summary>Spins where it is told to, until it is released.</summary>
[Workflow("spinner")]
[AllowNondeterminism("Breaks the rules on purpose: what the environment makes of that is what is tested.")]
public sealed class Spinner : Workflow<string, string>
{
    private static volatile bool _released;

    public static bool Released
    {
        get => _released;
        set => _released = value;
    }

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
        while (!_released) Thread.SpinWait(100);
    }
}

/// <summary>
/// An author's endless loop fails the author's test with words; it does not hang it, nor whatever else the environment runs.
/// </summary>
public sealed class EndlessCodeTests : IDisposable
{
    public EndlessCodeTests() => Spinner.Released = false;

    public void Dispose() => Spinner.Released = true;

    [Fact]
    public async Task Validator_Endless_RejectsAndTimeGoesOn()
    {
        await using var env = await StartAsync();
        var spinner = env.Client.GetWorkflow<Spinner>("s");
        await spinner.StartAsync("sleep");

        await Assert.ThrowsAsync<UpdateRejected>(() => spinner.UpdateAsync(static s => s.Touch()));

        Assert.Equal("done", await spinner.GetResultAsync());
    }

    [Fact]
    public async Task Query_Endless_IsRefusedAndTimeGoesOn()
    {
        await using var env = await StartAsync();
        var spinner = env.Client.GetWorkflow<Spinner>("s");
        await spinner.StartAsync("sleep");

        await Assert.ThrowsAsync<QueryFailed>(() => spinner.QueryAsync(static s => s.Ask()));

        Assert.Equal("done", await spinner.GetResultAsync());
    }

    [Fact]
    public async Task FirstTurn_Endless_FailsTheStartAndOthersGoOn()
    {
        await using var env = await StartAsync();
        var other = env.Client.GetWorkflow<Spinner>("other");
        await other.StartAsync("sleep");

        var stalled = await Assert.ThrowsAsync<WorkflowStalled>(() => env.Client.GetWorkflow<Spinner>("s").StartAsync("at once"));

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

        Assert.Equal("done", await other.GetResultAsync());

        var listed = await env.Client.ListAsync(new WorkflowFilter { Status = WorkflowStatus.Stalled }).ToListAsync();
        Assert.Equal("s", Assert.Single(listed).WorkflowId);
    }

    private static Task<WorkflowTestEnvironment> StartAsync() => WorkflowTestEnvironment.StartAsync(static options => options
        .AddWorkflow<Spinner>().Engine(static o => o.TurnLimit = TimeSpan.FromSeconds(0.4)));
}
