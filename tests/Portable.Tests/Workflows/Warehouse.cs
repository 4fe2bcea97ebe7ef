using System.Collections.Concurrent;
using Orchestration.Workflows;
using Orleans.Runtime;

namespace Orchestration.Portable.Tests.Workflows;

/// <summary>Activities that leave a trace of each execution.</summary>
public sealed class Warehouse(ILocalSiloDetails silo) : IWarehouse
{
    /// <summary>What was done, for the tests to look at.</summary>
    public static ConcurrentQueue<string> Done { get; } = new();

    public Task<string> ReserveAsync(string article, int count)
    {
        Done.Enqueue($"reserve {article}");
        if (count < 0) throw new ApplicationFailure($"{count} of {article} cannot be reserved.", "negative", nonRetryable: true);
        return Task.FromResult($"{count} x {article}");
    }

    public Task ReleaseAsync(string article, int count)
    {
        Done.Enqueue($"release {article}");
        return Task.CompletedTask;
    }

    public Task<string> FlakyAsync(string name)
    {
        var attempt = ActivityContext.Current.Attempt;
        if (attempt < 3) throw new InvalidOperationException($"{name} failed at attempt {attempt}");
        return Task.FromResult($"{name} at attempt {attempt}");
    }

    public async Task<string> WhereAsync(int number)
    {
        await Task.Yield();
        return silo.SiloAddress.ToParsableString();
    }

    public async Task WaitForeverAsync(string name)
    {
        var ended = new TaskCompletionSource();
        var token = ActivityContext.Current.CancellationToken;
        await using var registration = token.Register(() => ended.TrySetCanceled(token));
        Done.Enqueue($"waiting {name}");
        await ended.Task;
    }
}
