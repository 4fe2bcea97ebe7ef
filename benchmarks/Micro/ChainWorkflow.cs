using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Micro;

/// <summary>The activity that the chain calls.</summary>
public interface IChainActivities
{
    /// <summary>A step.</summary>
    Task<int> StepAsync(int number);
}

/// <summary>Calls one activity after the other: two events a step.</summary>
[Workflow("chain")]
public sealed class ChainWorkflow : Workflow<int, int>
{
    /// <inheritdoc/>
    public override async Task<int> RunAsync(int input)
    {
        var chain = Context.Activities<IChainActivities>(new() { StartToCloseTimeout = TimeSpan.FromSeconds(30) });
        var sum = 0;
        for (var i = 0; i < input; i++) sum += await chain.StepAsync(i);
        return sum;
    }
}
