using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Connections;

namespace Orchestration.Storage.AzureStorage.Layout;

/// <summary>
/// Sees that the container is still the one that was opened: that no copy of it is put in its place underneath a silo, which
/// would go on from what it knows. Looked at before a write, once in a while, and never while nothing is written. Thread-safe.
/// </summary>
/// <param name="blobs">The container.</param>
/// <param name="witness">The tag of its witness; a copy has another one.</param>
/// <param name="time">The clock.</param>
internal sealed class CopyWatch(Blobs blobs, string witness, TimeProvider time)
{
    /// <summary>The blob of which the service's tag is the proof.</summary>
    public const string WitnessName = "witness";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private long _lookedAt = time.GetTimestamp();
    private Task _look = Task.CompletedTask;
    private StoreUnavailable? _found;

    /// <summary>Whether it is to be looked at before something is written.</summary>
    public bool IsDue =>
        _found is not null || !_look.IsCompletedSuccessfully || time.GetElapsedTime(Volatile.Read(ref _lookedAt)) > Interval;

    /// <summary>Looks, where it is due.</summary>
    /// <exception cref="StoreUnavailable">
    /// It is another container, or the service does not answer: nothing is to be written.
    /// </exception>
    public Task CheckAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_found is { } found) return Task.FromException(found);

            // What has been found out holds for as long as what was found well.
            if (_look.IsCompleted && time.GetElapsedTime(_lookedAt) > Interval)
            {
                _lookedAt = time.GetTimestamp();
                _look = LookAsync();
            }

            return _look.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// The container, or a part of it, was found to be a copy: for as long as this process lives nothing is written any more.
    /// </summary>
    public void Found(StoreUnavailable copy)
    {
        lock (_gate) _found ??= copy;
    }

    private async Task LookAsync()
    {
        var found = await blobs.ReadAsync(WitnessName, CancellationToken.None).ConfigureAwait(false);
        if (found is not null && found.Tag.ToString("H") == witness) return;
        var copy = new StoreUnavailable(
            $"{blobs.Where} is not the container that was opened: it was copied over, or put back from a backup, while silos "
            + "run. Nothing is written. Stop all silos, and start them with --accept-restore to go on from what is there.");
        Found(copy);
        throw copy;
    }
}
