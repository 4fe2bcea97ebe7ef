using Orchestration.Workflows;

namespace Orchestration.Simulation.Workload;

/// <param name="Id">Its own id.</param>
/// <param name="Steps">How many in sequence.</param>
/// <param name="Fan">How many at once after each.</param>
/// <param name="Pause">Milliseconds of sleep after each.</param>
public sealed record ChainInput(string Id, int Steps, int Fan, int Pause);

/// <summary>Activities in sequence and in parallel, with pauses.</summary>
[Workflow("chain")]
public sealed class Chain : Workflow<ChainInput, string>
{
    public override async Task<string> RunAsync(ChainInput input)
    {
        var steps = Context.Activities<ISteps>(new()
        {
            StartToCloseTimeout = TimeSpan.FromSeconds(20),
            Retry = new() { InitialInterval = TimeSpan.FromSeconds(0.1) },
        });
        var all = new List<string>();
        for (var i = 0; i < input.Steps; i++)
        {
            all.Add(await steps.DoAsync(input.Id, i * 10, 2));
            if (input.Fan > 0)
                all.AddRange(await Task.WhenAll(
                    [.. Enumerable.Range(1, input.Fan).Select(f => steps.DoAsync(input.Id, (i * 10) + f, f))]));
            if (input.Pause > 0) await Context.DelayAsync(TimeSpan.FromMilliseconds(input.Pause));
        }

        return string.Join(' ', all);
    }

    /// <summary>What comes of it, whatever befalls it.</summary>
    public static string Expected(ChainInput input) => string.Join(' ', Enumerable.Range(0, input.Steps).SelectMany(i =>
        Enumerable.Range(0, input.Fan + 1).Select(f => $"{input.Id}/{(i * 10) + f}")));
}
