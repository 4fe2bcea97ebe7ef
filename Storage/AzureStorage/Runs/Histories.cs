using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Runs;

/// <summary>Reads the blobs of histories.</summary>
internal sealed class Histories(Blobs blobs)
{
    private const int FirstRead = 64 << 10;
    private const int NextRead = 256 << 10;

    /// <summary>Reads where a history ends; leaves <see cref="RunFile.Mark"/> null where there is none.</summary>
    /// <exception cref="StoreUnavailable">It is not the history that is known: a copy stands in its place.</exception>
    public async Task LoadAsync(RunFile file, CancellationToken cancellationToken)
    {
        file.Mark = null;
        var known = (file.Blob, file.Length);
        for (var number = file.Blob; ; number++)
        {
            var name = RunNames.History(file.Key, number);
            var head = await blobs.ReadAsync(name, cancellationToken, 0, FirstRead).ConfigureAwait(false);
            if (head is null && number == 0)
            {
                file.Begin(0);
                return;
            }

            if (head is null)
            {
                // It was purged, and what was known of it is of the time before: unless its first blob is still there.
                var first = RunNames.History(file.Key, 0);
                if (await blobs.ReadAsync(first, cancellationToken, 0, 1).ConfigureAwait(false) is not null) throw Shorter(file);
                file.Begin(0);
                return;
            }

            if (number == known.Blob) CheckKnown(file, head);
            if (head.IsNothing || head.Total == 0)
            {
                if (number == 0) return;

                // The roll was written, and nothing after it: the blob before says how the run stands.
                file.Mark = await EndOfAsync(RunNames.History(file.Key, number - 1), cancellationToken).ConfigureAwait(false);
                file.Begin(number);
                return;
            }

            var mark = await EndAsync(name, head, cancellationToken).ConfigureAwait(false);
            if (mark.Blocks > 0 && mark.Blocks != head.Blocks && mark.Incarnation == blobs.Incarnation) throw NotTheOne(file);
            if (mark.Kind == FrameKind.Rolled) continue;
            (file.Mark, file.Blob, file.Length, file.Blocks) = (mark, number, head.Total, head.Blocks);
            (file.Tag, file.Origin) = (head.Tag, head.Origin);
            return;
        }
    }

    /// <summary>The instance names a run that has no history.</summary>
    public EngineFault Missing(StoreKey key) => new(
        FaultCodes.StoreCorrupt,
        $"{blobs.Where}: the instance '{key.Key}' has the run {key.RunId}, and the history {RunNames.History(key, 0)} of it is "
        + "missing. Nothing is written. Undelete it (blob soft delete), or restore a backup of the whole container; or, to give "
        + $"up all runs of this instance, remove the blob {RunNames.Instance(key.Key)} while no silo runs.");

    /// <summary>A blob that this silo knows, against what is in its place now.</summary>
    private void CheckKnown(RunFile file, BlobPart head)
    {
        if (head.Total < file.Length)
            throw blobs.Replaced($"the history of '{file.Key.Key}' is shorter than what this silo knows of it");
        if (file.Origin is { } origin && origin.IsNot(head.Origin)) throw NotTheOne(file);
        if (head.Total == file.Length && file.Tag is { } tag && tag != head.Tag && !head.IsNothing) throw NotTheOne(file);
    }

    private StoreUnavailable NotTheOne(RunFile file) =>
        blobs.Replaced($"the history of '{file.Key.Key}' is not the one that this silo knows");

    // Not said of the whole container: another silo may be removing the history, blob by blob.
    private StoreUnavailable Shorter(RunFile file) => new(
        $"{blobs.Where}: the history of '{file.Key.Key}' is shorter than what this silo knows of it: it is being removed, or an "
        + "older copy was put in its place. Nothing is written. In the second case stop all silos, and open the container with "
        + "--accept-restore if the copy is to be gone on from.");

    /// <summary>The turns from the one that holds a sequence on, with where each next one begins.</summary>
    public async IAsyncEnumerable<(HistoryBatch Batch, int Blob, long End)> TurnsAsync(
        StoreKey key, long from, int blob, long offset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (; ; blob++, offset = 0)
        {
            var rolled = false;
            await foreach (var (frame, end) in FramesAsync(RunNames.History(key, blob), offset, cancellationToken)
                .ConfigureAwait(false))
            {
                var (mark, body) = Frame.Parse(frame.Span);
                rolled = mark.Kind == FrameKind.Rolled;
                if (mark.Kind is not (FrameKind.Turn or FrameKind.LargeTurn) || mark.Tail < from) continue;
                var bytes = mark.Kind == FrameKind.Turn
                    ? frame[body] : await BodyAsync(key, frame[body], cancellationToken).ConfigureAwait(false);
                yield return (new HistoryBatch(mark.LastFirst, mark.LastCount, mark.LastTurn, mark.LastFormat, bytes), blob, end);
            }

            if (!rolled) yield break;
        }
    }

    private async IAsyncEnumerable<(ReadOnlyMemory<byte> Frame, long End)> FramesAsync(
        string name, long offset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wanted = NextRead;
        while (true)
        {
            var part = await blobs.ReadAsync(name, cancellationToken, offset, wanted).ConfigureAwait(false);
            if (part is null || part.IsNothing || part.Content.Length == 0) yield break;
            var rest = part.Content;
            while (Frame.Length(rest.Span) is { } length)
            {
                offset += length;
                yield return (rest[..length], offset);
                rest = rest[length..];
            }

            if (offset + rest.Length >= part.Total && rest.Length > 0) throw ByteReader.Damaged("a history");
            if (rest.Length == 0 && offset >= part.Total) yield break;
            wanted = rest.Length >= 4 ? Math.Max(NextRead, BinaryPrimitives.ReadInt32LittleEndian(rest.Span)) : NextRead;
        }
    }

    private async Task<ReadOnlyMemory<byte>> BodyAsync(
        StoreKey key, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var name = Encoding.UTF8.GetString(bytes.Span);
        var part = await blobs.ReadAsync(name, cancellationToken).ConfigureAwait(false);
        return part?.Content ?? throw new EngineFault(
            FaultCodes.StoreCorrupt,
            $"{blobs.Where}: the history of '{key.Key}', run {key.RunId}, names the blob {name}, and that is missing. Undelete "
            + "it (blob soft delete), or restore a backup of the whole container.");
    }

    private async Task<RunMark> EndOfAsync(string name, CancellationToken cancellationToken)
    {
        var head = await blobs.ReadAsync(name, cancellationToken, 0, FirstRead).ConfigureAwait(false);
        return head is null or { Total: <= 0 } ? throw ByteReader.Damaged("a history")
            : await EndAsync(name, head, cancellationToken).ConfigureAwait(false);
    }

    private async Task<RunMark> EndAsync(string name, BlobPart head, CancellationToken cancellationToken)
    {
        var bytes = head.Content;
        for (long window = 8 << 10; ; window *= 16)
        {
            if (head.Total > head.Content.Length)
            {
                var from = Math.Max(0, head.Total - window);
                var part = await blobs.ReadAsync(name, cancellationToken, from, head.Total - from).ConfigureAwait(false);
                bytes = part is null or { IsNothing: true } ? throw ByteReader.Damaged("a history") : part.Content;
            }

            if (Frame.LastMark(bytes.Span, out _) is { } mark) return mark;
        }
    }
}
