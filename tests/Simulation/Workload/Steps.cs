using Orchestration.Workflows;

namespace Orchestration.Simulation.Workload;

public interface ISteps
{
    /// <summary>What comes of it depends on its arguments alone.</summary>
    Task<string> DoAsync(string owner, int number, int milliseconds);

    /// <summary>Must never run twice.</summary>
    Task<string> OnceAsync(string owner);

    /// <summary>Counts, with a heartbeat a step.</summary>
    Task<int> CountAsync(int to);
}

/// <summary>What the simulated workflows do to the world.</summary>
public sealed class Steps(IWitness witness, TimeProvider time) : ISteps
{
    public async Task<string> DoAsync(string owner, int number, int milliseconds)
    {
        witness.Begin();
        if (milliseconds > 0) await PauseAsync(milliseconds);
        if (number % 5 == 3 && ActivityContext.Current.Attempt == 1)
            throw new InvalidOperationException("The first time it always fails.");
        return $"{owner}/{number}";
    }

    public async Task<string> OnceAsync(string owner)
    {
        witness.Begin();
        witness.Once(owner);
        await PauseAsync(50);
        return "done";
    }

    public async Task<int> CountAsync(int to)
    {
        ActivityContext.Current.TryGetHeartbeatDetails<int>(out var count);
        witness.Begin(count);
        while (count < to)
        {
            ActivityContext.Current.Heartbeat(++count);
            try
            {
                await PauseAsync(150);
            }
            catch (OperationCanceledException)
            {
                witness.Leave(count);
                throw;
            }
        }

        return count;
    }

    private Task PauseAsync(int milliseconds) =>
        Task.Delay(TimeSpan.FromMilliseconds(milliseconds), time, ActivityContext.Current.CancellationToken);
}

/// <summary>Sees what activities on one silo do.</summary>
public interface IWitness
{
    /// <summary>An attempt's code begins, with what it has been left.</summary>
    void Begin(int left = 0);

    /// <summary>Something is done that must be done once.</summary>
    void Once(string owner);

    /// <summary>An attempt is told to end, and has come so far.</summary>
    void Leave(int count);
}
