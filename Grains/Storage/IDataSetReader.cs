namespace Orchestration.Grains.Storage;

/// <summary>
/// Reads a data set from end to end, to move it to another store or to check it. No silo calls it, and none should write
/// meanwhile: what changes while it is read may be seen as it was or as it is.
/// </summary>
public interface IDataSetReader
{
    /// <summary>
    /// The runs of all namespaces, in an order of the store's own, in which those of one instance come in the order of their
    /// starts.
    /// </summary>
    /// <param name="after">The cursor of the run that was read last; null begins at the first.</param>
    /// <param name="cancellationToken">Ends it.</param>
    IAsyncEnumerable<DataSetRun> ReadRunsAsync(string? after = null, CancellationToken cancellationToken = default);

    /// <summary>A run's latest heartbeat details, one for each activity that left any, in the order of their commands.</summary>
    ValueTask<IReadOnlyList<HeartbeatRecord>> ReadHeartbeatsAsync(StoreKey key, CancellationToken cancellationToken = default);

    /// <summary>All small state of grains, in no particular order.</summary>
    IAsyncEnumerable<DataSetState> ReadStatesAsync(CancellationToken cancellationToken = default);
}
