using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Tests.Cluster;

[Alias("cluster.located")]
public interface ILocatedGrain : IGrainWithStringKey
{
    /// <summary>The silo that hosts it.</summary>
    Task<string> WhereAsync();

    Task<int> IncrementAsync();

    /// <summary>Waits for the caller to cancel.</summary>
    Task<string> WaitAsync(CancellationToken cancellation);

    Task<string?> ContextAsync(string key);

    Task NeverAsync();

    Task MigrateAsync(string silo);
}

public sealed class LocatedGrain(ILocalSiloDetails local) : Grain, ILocatedGrain
{
    private int _count;

    public static ConcurrentDictionary<string, string> Notes { get; } = new();

    public Task<string> WhereAsync() => Task.FromResult(local.SiloAddress.ToParsableString());

    public Task<int> IncrementAsync() => Task.FromResult(++_count);

    public async Task<string> WaitAsync(CancellationToken cancellation)
    {
        var key = this.GetPrimaryKeyString();
        Notes[key] = "waiting";
        try
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            Notes[key] = "cancelled";
        }

        return Notes[key];
    }

    public Task<string?> ContextAsync(string key) => Task.FromResult(RequestContext.Get(key) as string);

    public Task NeverAsync() => new TaskCompletionSource().Task;

    public Task MigrateAsync(string silo)
    {
        RequestContext.Set(Orleans.Runtime.Placement.IPlacementDirector.PlacementHintKey, SiloAddress.FromParsableString(silo));
        MigrateOnIdle();
        return Task.CompletedTask;
    }
}
