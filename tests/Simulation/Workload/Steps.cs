using Orchestration.Workflows;

namespace Orchestration.Simulation.Workload;

public interface ISteps
{
    /// <summary>What comes of it depends on its arguments alone.</summary>
    Task<string> DoAsync(string owner, int number, int milliseconds);

    /// <summary>Must never run twice.</summary>
    Task<string> OnceAsync(string owner);
}

/// <summary>What the simulated workflows do to the world.</summary>
public sealed class Steps(Journal journal, TimeProvider time) : ISteps
{
    public async Task<string> DoAsync(string owner, int number, int milliseconds)
    {
        var attempt = ActivityContext.Current.Attempt;
        journal.Begin(owner, number, attempt);
        if (milliseconds > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), time, ActivityContext.Current.CancellationToken);
        if (number % 5 == 3 && attempt == 1) throw new InvalidOperationException("The first time it always fails.");
        return $"{owner}/{number}";
    }

    public async Task<string> OnceAsync(string owner)
    {
        journal.Once(owner);
        await Task.Delay(TimeSpan.FromMilliseconds(50), time, ActivityContext.Current.CancellationToken);
        return "done";
    }
}
