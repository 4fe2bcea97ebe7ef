using System.Text;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;

namespace Orchestration.Storage.AzureStorage.Runs;

/// <summary>
/// Writes to the end of a history. The markers that a new summary asks for are there before the block that says so, and those
/// that it no longer asks for go after it: what is early is looked at in vain, what were late would sleep for ever.
/// </summary>
internal sealed class RunWriter(Blobs blobs, Histories histories, AzureStorageOptions options)
{
    private const int LargestBody = 3 << 20;

    /// <summary>What is to be written at the end of a history.</summary>
    /// <param name="Mark">The new mark; where it is no turn, the last turn is the one before.</param>
    /// <param name="Body">The turn's body.</param>
    public readonly record struct Change(RunMark Mark, ReadOnlyMemory<byte> Body);

    /// <summary>
    /// Writes what <paramref name="judge"/> makes of the end of the history, as often as that moves underneath. The file's gate
    /// is held.
    /// </summary>
    /// <param name="file">The run.</param>
    /// <param name="judge">
    /// Looks at the end: a change to be written, or null where it does not fit (asked again once the end has been read anew).
    /// </param>
    /// <param name="cancellationToken">Gives up; the write may still happen.</param>
    /// <returns>The mark as written; null where there is no such run or the change does not fit what is there now.</returns>
    public async Task<RunMark?> WriteAsync(RunFile file, Func<RunMark, Change?> judge, CancellationToken cancellationToken)
    {
        var isFresh = false;
        var write = Guid.NewGuid();
        List<string>? put = null;
        RunSummary? before = null;
        while (true)
        {
            if (file.Mark is null)
            {
                await histories.LoadAsync(file, cancellationToken).ConfigureAwait(false);
                isFresh = true;
                if (file.Mark is null) return null;
            }

            if (file.Mark.Write == write)
            {
                // An answer was lost, and this is what it would have said.
                await TidyAsync(file, before, cancellationToken).ConfigureAwait(false);
                return file.Mark;
            }

            if (judge(file.Mark) is not { } change)
            {
                if (isFresh)
                {
                    if (put is not null) await RemoveAsync(put, file, file.Mark.Summary, cancellationToken).ConfigureAwait(false);
                    return null;
                }

                file.Mark = null;
                continue;
            }

            before = file.Mark.Summary;
            var markers = RunNames.Markers(file.Key, change.Mark.Handle, change.Mark.Shard, change.Mark.Summary);
            if (change.Mark.Summary != before)
            {
                var there = RunNames.Markers(file.Key, file.Mark.Handle, file.Mark.Shard, before);
                await PutMarkersAsync(file.Key, markers.Except(there), cancellationToken).ConfigureAwait(false);
                put = markers;
            }

            try
            {
                if (!await AppendAsync(file, change with { Mark = change.Mark with { Write = write } }, cancellationToken)
                    .ConfigureAwait(false)) continue;
            }
            catch
            {
                file.Mark = null; // what came of it is read anew
                throw;
            }

            await TidyAsync(file, before, cancellationToken).ConfigureAwait(false);
            return file.Mark;
        }
    }

    /// <summary>Puts up the markers that are not there yet.</summary>
    public Task PutMarkersAsync(StoreKey key, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var metadata = new Dictionary<string, string>
        {
            ["n"] = Names.ToMetadata(key.Key.Namespace), ["i"] = Names.ToMetadata(key.Key.Id.Value),
        };
        return Task.WhenAll(names.Select(name => blobs.KeepAsync(
            name, ReadOnlyMemory<byte>.Empty, cancellationToken, metadata: metadata)));
    }

    public Task DeleteAsync(IEnumerable<string> names, CancellationToken cancellationToken) =>
        Task.WhenAll(names.Select(name => blobs.DeleteAsync(name, cancellationToken)));

    /// <summary>
    /// Appends one block where the file ends, in the next blob if this one is full. False: it does not end there any more, or is
    /// gone; the mark has been dropped.
    /// </summary>
    public async Task<bool> AppendAsync(RunFile file, Change change, CancellationToken cancellationToken)
    {
        if (file.Blocks >= options.SegmentBlocks && !await RollAsync(file, cancellationToken).ConfigureAwait(false)) return false;
        var (mark, body) = change;
        if (body.Length > LargestBody)
        {
            var name = RunNames.Body(file.Key, mark.LastFirst, mark.LastTurn);
            await blobs.WriteOnceAsync(name, body, cancellationToken).ConfigureAwait(false);
            (mark, body) = (mark with { Kind = FrameKind.LargeTurn }, Encoding.UTF8.GetBytes(name));
        }

        mark = mark with { Blocks = file.Blocks + 1, Incarnation = blobs.Incarnation };
        if (mark.Kind != FrameKind.State) mark = mark with { LastBlob = file.Blob, LastOffset = file.Length };
        var frame = Frame.Of(mark, body.Span);
        var result = await blobs.AppendAsync(
            RunNames.History(file.Key, file.Blob), frame, file.Length, cancellationToken, file.Tag).ConfigureAwait(false);
        switch (result.Outcome)
        {
            case BlockOutcome.Appended:
                file.Mark = mark;
                file.Length += frame.Length;
                (file.Blocks, file.Tag) = (result.Blocks, result.Tag);
                return true;
            case BlockOutcome.Full:
                await RollAsync(file, cancellationToken).ConfigureAwait(false);
                return false;
            default:
                file.Mark = null;
                return false;
        }
    }

    /// <summary>
    /// Ends this blob with a block that says so, on the condition that it still ends here, and goes on in the next one, which
    /// is there by then.
    /// </summary>
    private async Task<bool> RollAsync(RunFile file, CancellationToken cancellationToken)
    {
        var tag = await blobs.CreateAppendAsync(RunNames.History(file.Key, file.Blob + 1), cancellationToken)
            .ConfigureAwait(false);
        var rolled = file.Mark! with
        {
            Kind = FrameKind.Rolled,
            Write = Guid.NewGuid(),
            Blocks = file.Blocks + 1,
            Incarnation = blobs.Incarnation,
        };
        var result = await blobs.AppendAsync(
            RunNames.History(file.Key, file.Blob), Frame.Of(rolled, default), file.Length, cancellationToken, file.Tag)
            .ConfigureAwait(false);
        if (result.Outcome != BlockOutcome.Appended)
        {
            file.Mark = null;
            return false;
        }

        file.Begin(file.Blob + 1, tag);
        return true;
    }

    private Task TidyAsync(RunFile file, RunSummary? before, CancellationToken cancellationToken)
    {
        var mark = file.Mark!;
        return before is null || before == mark.Summary
            ? Task.CompletedTask
            : RemoveAsync(
                RunNames.Markers(file.Key, mark.Handle, mark.Shard, before), file, mark.Summary, cancellationToken);
    }

    private Task RemoveAsync(List<string> names, RunFile file, RunSummary now, CancellationToken cancellationToken) =>
        DeleteAsync(names.Except(RunNames.Markers(file.Key, file.Mark!.Handle, file.Mark.Shard, now)), cancellationToken);
}
