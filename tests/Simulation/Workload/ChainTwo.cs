using Orchestration.Workflows;

namespace Orchestration.Simulation.Workload;

/// <summary>
/// The second version of a chain: it takes its steps in another order, and calls activities of which the first one's silos know
/// nothing. What comes of it is the same.
/// </summary>
[Workflow("chain", Version = 2)]
public sealed class ChainTwo : Workflow<ChainInput, string>
{
    public override async Task<string> RunAsync(ChainInput input)
    {
        var options = new ActivityOptions
        {
            StartToCloseTimeout = TimeSpan.FromSeconds(20),
            Retry = new() { InitialInterval = TimeSpan.FromSeconds(0.1) },
        };
        var (old, added) = (Context.Activities<ISteps>(options), Context.Activities<IMoreSteps>(options));
        var all = new List<string>();
        for (var i = 0; i < input.Steps; i++)
        {
            var fan = Enumerable.Range(1, input.Fan).Select(f => f % 2 == 0
                ? old.DoAsync(input.Id, (i * 10) + f, f) : added.DoMoreAsync(input.Id, (i * 10) + f)).ToArray();
            all.Add(await added.DoMoreAsync(input.Id, i * 10));
            all.AddRange(await Task.WhenAll(fan));
            if (input.Pause > 0) await Context.DelayAsync(TimeSpan.FromMilliseconds(input.Pause));
        }

        return string.Join(' ', all);
    }
}
