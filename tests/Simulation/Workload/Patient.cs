using Orchestration.Workflows;

namespace Orchestration.Simulation.Workload;

/// <summary>Waits to be cancelled, and cleans up then.</summary>
[Workflow("patient")]
public sealed class Patient : Workflow<string, string>
{
    public override async Task<string> RunAsync(string input)
    {
        try
        {
            await Context.WhenAsync(static () => false);
            return "never";
        }
        catch (Exception e) when (e is Canceled or OperationCanceledException)
        {
            return await Context.DetachedAsync(() => Context.Activities<ISteps>(new()
            {
                StartToCloseTimeout = TimeSpan.FromSeconds(20), Retry = new() { InitialInterval = TimeSpan.FromSeconds(0.1) },
            }).DoAsync(input, 1, 1));
        }
    }
}
