namespace Orchestration.Benchmarks.Cluster;

/// <summary>Activities that end when they are told to.</summary>
public interface IHeldActivities
{
    /// <summary>Begins, and ends with its own number.</summary>
    Task<int> HoldAsync(int number);
}
