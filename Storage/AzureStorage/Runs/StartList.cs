using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Runs;

/// <summary>
/// One page of a list: day by day and minute by minute, newest first. Type, id and start are told from the entries; a run's
/// status and end are read from its history, so that a list by status costs requests for each run that it passes over, and one by
/// ends for each that began before the newest end.
/// </summary>
internal sealed class StartList(BlobPerRunStore store, Blobs blobs, ListQuery query, ListCursor after)
{
    private const int AtOnce = 32;

    private readonly List<RunRecord> _taken = [];
    private readonly List<StoreKey> _candidates = [];

    public async Task<ListPage> TakeAsync(CancellationToken cancellationToken)
    {
        var root = RunNames.ListNamespace(query.Namespace);

        // Names are in the order of time reversed: what is before the newest that is wanted, or after the oldest, is not looked
        // at.
        var newest = query.StartedBefore is { } before ? before.AddTicks(-1) : DateTimeOffset.MaxValue;
        if (query.ClosedBefore is { } closed && closed < newest) newest = closed; // it began before it ended
        if (after != ListCursor.Start)
        {
            var cursor = RunCode.Time(after.Time);
            if (cursor < newest) newest = cursor;
        }

        var (from, to) = (RunNames.Milliseconds(newest), RunNames.Milliseconds(query.StartedFrom ?? DateTimeOffset.MinValue));
        foreach (var day in await blobs.FoldersAsync(root, cancellationToken).ConfigureAwait(false))
        {
            var dayName = day[root.Length..^1];
            if (Before(dayName, RunNames.Day(from)) || Before(RunNames.Day(to), dayName)) continue;
            foreach (var minute in await blobs.FoldersAsync(day, cancellationToken).ConfigureAwait(false))
            {
                var place = $"{dayName}/{minute[day.Length..^1]}";
                if (Before(place, Place(from)) || Before(Place(to), place)) continue;
                if (await TakeMinuteAsync(minute, cancellationToken).ConfigureAwait(false)) return Page();
            }
        }

        await VerifyAsync(cancellationToken).ConfigureAwait(false);
        return Page();
    }

    private static string Place(long milliseconds) => $"{RunNames.Day(milliseconds)}/{RunNames.Minute(milliseconds)}";

    private static bool Before(string name, string other) => string.CompareOrdinal(name, other) < 0;

    private async Task<bool> TakeMinuteAsync(string folder, CancellationToken cancellationToken)
    {
        await foreach (var page in blobs.ListAsync(folder, cancellationToken, withMetadata: true).ConfigureAwait(false))
        {
            foreach (var item in page)
            {
                var id = Names.FromMetadata(item.Metadata, "i");
                if (query.IdPrefix is { } prefix && !id.StartsWith(prefix, StringComparison.Ordinal)) continue;
                if (query.WorkflowType is { } type && Names.FromMetadata(item.Metadata, "t") != type) continue;
                if (!RunId.TryParse(item.Name[^32..], out var run)) throw ByteReader.Damaged("an index entry");
                _candidates.Add(new StoreKey(new WorkflowKey(query.Namespace, new WorkflowId(id)), run));
                if (_candidates.Count < AtOnce) continue;
                await VerifyAsync(cancellationToken).ConfigureAwait(false);
                if (query.IsByEnd) KeepNewest();
                else if (_taken.Count > query.PageSize) return true;
            }
        }

        return false;
    }

    private async Task VerifyAsync(CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(_candidates.Select(c => FindAsync(c, cancellationToken))).ConfigureAwait(false);
        _candidates.Clear();
        foreach (var run in found)
            if (run is not null && Matches(run)) _taken.Add(run);
    }

    // A run whose history is missing has nothing to list, and does not take the list of all others away. Who asks for it is told.
    private async Task<RunRecord?> FindAsync(StoreKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await store.FindAsync(key.Key, key.RunId, cancellationToken).ConfigureAwait(false);
        }
        catch (EngineFault e) when (e.Code == FaultCodes.StoreCorrupt)
        {
            return null;
        }
    }

    private bool Matches(RunRecord run) =>
        (!query.IsByEnd || run.Summary.ClosedAt is not null)
        && ListCursor.At(query, run).IsBehind(after)
        && (query.Status is null || run.Summary.Status == query.Status)
        && (query.StartedFrom is null || run.StartedAt >= query.StartedFrom)
        && (query.StartedBefore is null || run.StartedAt < query.StartedBefore)
        && (query.ClosedFrom is null || run.Summary.ClosedAt >= query.ClosedFrom)
        && (query.ClosedBefore is null || run.Summary.ClosedAt < query.ClosedBefore);

    // Starts say nothing of the order of ends: all are looked at, and a page of them kept.
    private void KeepNewest()
    {
        _taken.Sort((a, b) =>
        {
            var (x, y) = (ListCursor.At(query, a), ListCursor.At(query, b));
            return x.Time != y.Time ? y.Time.CompareTo(x.Time) : y.Handle.CompareTo(x.Handle);
        });
        if (_taken.Count > query.PageSize + 1) _taken.RemoveRange(query.PageSize + 1, _taken.Count - query.PageSize - 1);
    }

    private ListPage Page()
    {
        if (query.IsByEnd) KeepNewest();
        return ListPage.Of(query, _taken);
    }
}
