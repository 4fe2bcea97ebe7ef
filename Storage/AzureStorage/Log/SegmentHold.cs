using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Connections;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>
/// Holds the segment that is written to by a lease, so that the service lets nobody put a copy over it meanwhile. All silos name
/// the lease alike, after the segment: it keeps out others, and none of them. While something is written it is prolonged beside
/// that every half of its time; what nobody writes to is let go, and costs no request.
/// </summary>
internal sealed class SegmentHold(Blobs blobs, TimeProvider time)
{
    private static readonly TimeSpan Prolonged = Blobs.LeaseTime / 2;

    // What is sent then arrives before it ends; if it does not, the service says so, and nothing was written.
    private static readonly TimeSpan Certain = Blobs.LeaseTime * 0.8;

    private string? _segment;
    private long _since;
    private Task _prolonging = Task.CompletedTask;

    /// <summary>Sees to it that the segment is held.</summary>
    /// <returns>The lease.</returns>
    public ValueTask<string> HoldAsync(string segment, Guid id, CancellationToken cancellationToken)
    {
        var lease = id.ToString();
        var age = time.GetElapsedTime(Volatile.Read(ref _since));
        if (_segment != segment || age > Certain) return TakeAsync(segment, lease, cancellationToken);
        if (age > Prolonged && _prolonging.IsCompleted) _prolonging = ProlongAsync(segment, lease, cancellationToken);
        return new(lease);
    }

    /// <summary>The service says that it is not held.</summary>
    public void Lost() => _segment = null;

    /// <summary>Waits for what is under way.</summary>
    public Task WaitAsync() => _prolonging;

    private async ValueTask<string> TakeAsync(string segment, string lease, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await blobs.HoldAsync(segment, lease, cancellationToken).ConfigureAwait(false);
        _segment = segment;
        Volatile.Write(ref _since, started);
        return lease;
    }

    private async Task ProlongAsync(string segment, string lease, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            await blobs.HoldAsync(segment, lease, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _since, started);
        }
        catch (Exception e) when (e is StoreUnavailable or OperationCanceledException)
        {
            // It is taken before the next write then, and that says what is wrong.
        }
    }
}
