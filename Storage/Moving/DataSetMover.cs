using System.Runtime.CompilerServices;
using Orchestration.Grains.Storage;

namespace Orchestration.Storage.Moving;

/// <summary>
/// Moves a data set from one store to another, of any kind: histories with their turn ids, summaries, heartbeats, small state
/// and reminders. No silo may run over either meanwhile. A move that was cut short is run again and goes on; in the end every run
/// has been read back and compared.
/// </summary>
public static class DataSetMover
{
    private const int PageSize = 256;

    /// <summary>Moves it.</summary>
    /// <returns>What was moved.</returns>
    /// <exception cref="MoveFailed">The target is not empty, a run differs, or the source changed meanwhile.</exception>
    /// <exception cref="StoreUnavailable">A store did not answer; run the move again.</exception>
    public static async Task<MoveProgress> MoveAsync(
        DataSetEnd source, DataSetEnd target, MoveOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        options ??= new MoveOptions();
        if (source.Id == target.Id) throw new MoveFailed($"{source.Name} and {target.Name} are the same data set.");
        var journal = await Journal.OpenAsync(source, target, options, cancellationToken);
        if (journal.Now.Phase == MovePhase.Copying)
        {
            await CopyAsync(source, target, options, journal, cancellationToken);
            await journal.SaveAsync(journal.Now with { Phase = MovePhase.Verifying, Cursor = null }, cancellationToken);
        }

        if (journal.Now.Phase == MovePhase.Verifying)
        {
            await VerifyAsync(source, target, options, journal, cancellationToken);
            if (options.RetireSource) await MoveMarks.RetireAsync(source.SmallState, target.Name, cancellationToken);
            await journal.SaveAsync(journal.Now with { Phase = MovePhase.Done, Cursor = null }, cancellationToken);
        }

        return journal.Now;
    }

    private static async Task CopyAsync(
        DataSetEnd source, DataSetEnd target, MoveOptions options, Journal journal, CancellationToken cancellationToken)
    {
        var copier = new RunCopier(source, target);
        await foreach (var page in PagesAsync(source, journal, cancellationToken))
        {
            var (bytes, events) = (0L, 0L);

            // Runs of one instance go one after the other, since each takes over from the one before; instances side by side.
            await Parallel.ForEachAsync(
                page.GroupBy(static run => run.Run.Key.Key),
                new ParallelOptions { MaxDegreeOfParallelism = options.AtOnce, CancellationToken = cancellationToken },
                async (runs, token) =>
                {
                    foreach (var run in runs)
                    {
                        var copied = await copier.CopyAsync(run.Run, token);
                        Interlocked.Add(ref bytes, copied.Bytes);
                        Interlocked.Add(ref events, copied.Events);
                    }
                });
            await journal.SaveAsync(
                journal.Now with
                {
                    Cursor = page[^1].Cursor,
                    Copied = journal.Now.Copied + page.Count,
                    Bytes = journal.Now.Bytes + bytes,
                    Events = journal.Now.Events + events,
                },
                cancellationToken);
        }

        var states = 0L;
        await foreach (var state in source.Reader.ReadStatesAsync(cancellationToken))
        {
            if (state.Kind == MoveMarks.Kind) continue;
            var there = await target.SmallState.ReadAsync(state.Kind, state.Key, cancellationToken);
            if (there is null || !there.Data.Span.SequenceEqual(state.Data.Span))
                await target.SmallState.WriteAsync(state.Kind, state.Key, there?.ETag, state.Data, cancellationToken);
            states++;
        }

        foreach (var reminder in await source.Reminders.ReadRangeAsync(0, 0, cancellationToken))
        {
            await target.Reminders.UpsertAsync(reminder, cancellationToken);
            states++;
        }

        await journal.SaveAsync(journal.Now with { States = states }, cancellationToken);
    }

    private static async Task VerifyAsync(
        DataSetEnd source, DataSetEnd target, MoveOptions options, Journal journal, CancellationToken cancellationToken)
    {
        await foreach (var page in PagesAsync(source, journal, cancellationToken))
        {
            await Parallel.ForEachAsync(
                page, new ParallelOptions { MaxDegreeOfParallelism = options.AtOnce, CancellationToken = cancellationToken },
                async (run, token) => await CompareAsync(source, target, run.Run, token));
            await journal.SaveAsync(
                journal.Now with { Cursor = page[^1].Cursor, Verified = journal.Now.Verified + page.Count }, cancellationToken);
        }

        var (there, copied) = (await CountAsync(target, cancellationToken), await CountAsync(source, cancellationToken));
        if (there != copied)
            throw new MoveFailed($"{source.Name} has {copied} runs and {target.Name} has {there}. {Changed}");
        await foreach (var state in source.Reader.ReadStatesAsync(cancellationToken))
        {
            if (state.Kind == MoveMarks.Kind) continue;
            var copy = await target.SmallState.ReadAsync(state.Kind, state.Key, cancellationToken);
            if (copy is null || !copy.Data.Span.SequenceEqual(state.Data.Span))
                throw new MoveFailed($"The small state {state.Kind}/{state.Key} differs. {Changed}");
        }
    }

    private const string Changed =
        "A silo ran over one of them meanwhile. Stop all silos, empty the target, and begin the move anew.";

    private static async Task CompareAsync(
        DataSetEnd source, DataSetEnd target, RunRecord run, CancellationToken cancellationToken)
    {
        var copy = await target.History.FindAsync(run.Key.Key, run.Key.RunId, cancellationToken)
            ?? throw new MoveFailed($"{run.Key} is missing in {target.Name}. {Changed}");
        var expected = await RunDigest.OfAsync(source, run, cancellationToken);
        var actual = await RunDigest.OfAsync(target, copy, cancellationToken);
        if (!expected.AsSpan().SequenceEqual(actual))
            throw new MoveFailed($"{run.Key} in {target.Name} differs from the one in {source.Name}. {Changed}");
    }

    private static async Task<long> CountAsync(DataSetEnd end, CancellationToken cancellationToken)
    {
        var runs = 0L;
        await foreach (var _ in end.Reader.ReadRunsAsync(null, cancellationToken)) runs++;
        return runs;
    }

    /// <summary>
    /// Pages of runs. A page ends with an instance's last run where the store's cursors do, so that a move that goes on from it
    /// neither repeats much nor passes anything over.
    /// </summary>
    private static async IAsyncEnumerable<List<DataSetRun>> PagesAsync(
        DataSetEnd source, Journal journal, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var page = new List<DataSetRun>();
        await foreach (var run in source.Reader.ReadRunsAsync(journal.Now.Cursor, cancellationToken))
        {
            if (page.Count >= PageSize && run.Cursor != page[^1].Cursor)
            {
                yield return page;
                page = [];
            }

            page.Add(run);
        }

        if (page.Count > 0) yield return page;
    }

    /// <summary>How far the move has come, as the target keeps it.</summary>
    private sealed class Journal(DataSetEnd target, MoveOptions options, MoveProgress progress, string? etag)
    {
        private string? _etag = etag;

        public MoveProgress Now { get; private set; } = progress;

        public static async Task<Journal> OpenAsync(
            DataSetEnd source, DataSetEnd target, MoveOptions options, CancellationToken cancellationToken)
        {
            if (await MoveMarks.ReadAsync(target.SmallState, cancellationToken) is { } there)
            {
                if (there.Progress.Source != source.Id)
                    throw new MoveFailed($"Another data set was moved into {target.Name}. Move into an empty store.");
                return new Journal(target, options, there.Progress, there.ETag);
            }

            await foreach (var run in target.Reader.ReadRunsAsync(null, cancellationToken))
                throw new MoveFailed($"{target.Name} is not empty: it has {run.Run.Key}. Move into an empty store.");
            var journal = new Journal(target, options, new MoveProgress { Source = source.Id }, null);
            await journal.SaveAsync(journal.Now, cancellationToken);
            return journal;
        }

        public async Task SaveAsync(MoveProgress progress, CancellationToken cancellationToken)
        {
            _etag = await MoveMarks.WriteAsync(target.SmallState, progress, _etag, cancellationToken);
            Now = progress;
            options.Progress?.Report(progress);
        }
    }
}
