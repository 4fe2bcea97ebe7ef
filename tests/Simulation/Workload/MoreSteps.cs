namespace Orchestration.Simulation.Workload;

public interface IMoreSteps
{
    /// <summary>What comes of it depends on its arguments alone.</summary>
    Task<string> DoMoreAsync(string owner, int number);
}

/// <summary>Activities that the first build does not have.</summary>
public sealed class MoreSteps(IWitness witness) : IMoreSteps
{
    public Task<string> DoMoreAsync(string owner, int number)
    {
        witness.Begin();
        return Task.FromResult($"{owner}/{number}");
    }
}
