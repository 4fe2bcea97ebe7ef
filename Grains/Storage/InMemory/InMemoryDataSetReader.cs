using System.Globalization;
using System.Runtime.CompilerServices;

namespace Orchestration.Grains.Storage.InMemory;

/// <summary>Reads stores in memory from end to end. Thread-safe.</summary>
public sealed class InMemoryDataSetReader(InMemoryHistoryStore history, InMemorySmallStateStore states) : IDataSetReader
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<DataSetRun> ReadRunsAsync(
        string? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var from = after is null ? 0 : long.Parse(after, CultureInfo.InvariantCulture);
        foreach (var run in history.All().Where(run => run.Handle > from))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new DataSetRun(run, run.Handle.ToString(CultureInfo.InvariantCulture));
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<HeartbeatRecord>> ReadHeartbeatsAsync(
        StoreKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(history.HeartbeatsOf(key));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<DataSetState> ReadStatesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var state in states.All())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return state;
        }

        await Task.CompletedTask;
    }
}
