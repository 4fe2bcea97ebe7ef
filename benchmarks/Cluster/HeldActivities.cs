namespace Orchestration.Benchmarks.Cluster;

/// <inheritdoc/>
public sealed class HeldActivities(Holds holds) : IHeldActivities
{
    /// <inheritdoc/>
    public async Task<int> HoldAsync(int number)
    {
        holds.Begun(number);
        await holds.Released;
        return number;
    }
}
