using Azure.Storage.Blobs.Models;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Runs;

/// <summary>
/// The runs to be woken, by their markers. A marker may be early, or left by a crash: each is held against the end of its run's
/// history before it is answered. One that has been stale for long is removed.
/// </summary>
internal sealed class DueIndex(BlobPerRunStore store, Blobs blobs, TimeProvider time)
{
    private const int AtOnce = 32;

    // Long after any write that put it up can still be on its way.
    private static readonly TimeSpan StaleFor = TimeSpan.FromHours(2);

    private static readonly long UnixEpoch = DateTimeOffset.UnixEpoch.Ticks / TimeSpan.TicksPerMillisecond;

    public async Task<IReadOnlyList<DueRun>> TakeAsync(DueQuery query, CancellationToken cancellationToken)
    {
        var prefix = RunNames.MarkerPrefix(query.Shard, query.State);
        var until = RunNames.Milliseconds(query.Until);
        (long Due, long Handle)? after = query.After is { } last
            ? (last.WakeAt is { } at ? RunNames.Milliseconds(at) : 0, last.Handle) : null;
        var taken = new List<DueRun>();
        var candidates = new List<Candidate>();
        await foreach (var page in blobs.ListAsync(prefix, cancellationToken, withMetadata: true).ConfigureAwait(false))
        {
            foreach (var item in page)
            {
                var place = RunNames.Place(item.Name, prefix.Length);
                if (after is { } seen && place.CompareTo(seen) <= 0) continue;
                if (query.State == RunState.Parked && place.Due > until)
                {
                    await VerifyAsync(query, candidates, taken, cancellationToken).ConfigureAwait(false);
                    return taken;
                }

                candidates.Add(ToCandidate(item, place));
                if (candidates.Count < AtOnce) continue;
                await VerifyAsync(query, candidates, taken, cancellationToken).ConfigureAwait(false);
                if (taken.Count >= query.Limit) return taken;
            }
        }

        await VerifyAsync(query, candidates, taken, cancellationToken).ConfigureAwait(false);
        return taken;
    }

    private static Candidate ToCandidate(BlobItem item, (long Due, long Handle) place)
    {
        var key = new WorkflowKey(
            Names.FromMetadata(item.Metadata, "n"), new WorkflowId(Names.FromMetadata(item.Metadata, "i")));
        if (!RunId.TryParse(item.Name[^32..], out var run)) throw ByteReader.Damaged("an index entry");
        return new Candidate(item, new StoreKey(key, run), place.Due, place.Handle);
    }

    private async Task VerifyAsync(
        DueQuery query, List<Candidate> candidates, List<DueRun> taken, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(candidates.Select(c => VerifyAsync(query, c, cancellationToken))).ConfigureAwait(false);
        candidates.Clear();
        foreach (var due in found)
            if (due is { } run && taken.Count < query.Limit) taken.Add(run);
    }

    private async Task<DueRun?> VerifyAsync(DueQuery query, Candidate candidate, CancellationToken cancellationToken)
    {
        RunRecord? run;
        try
        {
            run = await store.FindAsync(candidate.Key.Key, candidate.Key.RunId, cancellationToken).ConfigureAwait(false);
        }
        catch (EngineFault e) when (e.Code == FaultCodes.StoreCorrupt)
        {
            // As the marker says: whoever wakes it meets the damage and tells of it, and other runs are not held up.
            return Due(query, candidate, query.State, wakes: 0, detail: null);
        }

        if (run is not null)
        {
            var (state, wakeAt) = (run.Summary.State, run.Summary.WakeAt);
            var isDue = query.State == RunState.Parked
                ? state != RunState.Closed && wakeAt is { } at && RunNames.Milliseconds(at) == candidate.Due
                : state == query.State;
            if (isDue) return Due(query, candidate, state, run.Wakes, run.Summary.Detail);
        }

        if (candidate.Item.Properties is { LastModified: { } put, ETag: { } tag } && time.GetUtcNow() - put > StaleFor)
            await blobs.DeleteAsync(candidate.Item.Name, cancellationToken, tag).ConfigureAwait(false);
        return null;
    }

    private static DueRun Due(DueQuery query, Candidate candidate, RunState state, int wakes, string? detail) => new(
        candidate.Key.Key, state, query.State == RunState.Parked ? RunCode.Time(candidate.Due - UnixEpoch) : null, wakes,
        candidate.Handle, query.State == RunState.Stalled ? detail : null);

    private sealed record Candidate(BlobItem Item, StoreKey Key, long Due, long Handle);
}
