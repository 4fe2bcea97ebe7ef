using Orchestration.Workflows;

namespace Orchestration.Simulation.Workload;

/// <summary>
/// A type whose code was changed under its version, as it should not be: what one piece of code has begun the other cannot go on
/// with. Says whose it is.
/// </summary>
[Workflow("changed")]
public sealed class ChangedBefore : Workflow<string, string>
{
    public override async Task<string> RunAsync(string input)
    {
        await Context.DelayAsync(TimeSpan.FromSeconds(2));
        await Context.DelayAsync(TimeSpan.FromSeconds(1));
        return "before";
    }
}

/// <inheritdoc cref="ChangedBefore"/>
[Workflow("changed")]
public sealed class ChangedAfter : Workflow<string, string>
{
    public override async Task<string> RunAsync(string input)
    {
        await Context.Activities<ISteps>(new()
        {
            StartToCloseTimeout = TimeSpan.FromSeconds(20), Retry = new() { InitialInterval = TimeSpan.FromSeconds(0.1) },
        }).DoAsync(input, 1, 5);
        await Context.DelayAsync(TimeSpan.FromSeconds(2));
        return "after";
    }
}
