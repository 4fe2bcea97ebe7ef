using Orchestration.Storage.AzureStorage.Coding;

namespace Orchestration.Storage.AzureStorage.Log.Flushing;

/// <summary>
/// A pack to be: histories of many runs, those of a run side by side. A run that comes to have its history in many places gets
/// the last of them put together, so that it is read with few requests however long it lives.
/// </summary>
internal sealed class PackWriter(HistoryReader histories)
{
    private const int MostExtents = 8;

    private readonly ByteWriter _bytes = new(1 << 16);
    private readonly ByteWriter _turn = new();

    public Guid Id { get; } = Guid.NewGuid();

    public ReadOnlyMemory<byte> Bytes => _bytes.Written;

    /// <summary>Adds a run's turns.</summary>
    /// <param name="before">Where the history was before.</param>
    /// <param name="turns">The turns that follow, at least one.</param>
    /// <returns>Where it is now.</returns>
    public async Task<List<Extent>> AddAsync(IReadOnlyList<Extent> before, IReadOnlyList<LogTurn> turns)
    {
        var (offset, keep) = (_bytes.Length, Keep(before, turns.Sum(static turn => turn.Body.Length + 40)));
        var first = keep < before.Count ? before[keep].First : turns[0].First;
        for (var i = keep; i < before.Count; i++)
            _bytes.Raw((await histories.BytesAsync(before[i]).ConfigureAwait(false)).Span);
        var last = 0;
        foreach (var turn in turns)
        {
            last = _bytes.Length - offset;
            _turn.Clear();
            turn.WriteTo(_turn);
            _bytes.Fixed32((uint)_turn.Length).Raw(_turn.Written.Span);
        }

        return
        [
            .. before.Take(keep),
            new Extent(Id, offset, _bytes.Length - offset, first, turns[^1].Last, last),
        ];
    }

    /// <summary>
    /// How many of the extents stay; those behind are put together with what is new, if they are not much larger.
    /// </summary>
    private static int Keep(IReadOnlyList<Extent> extents, long fresh)
    {
        var keep = extents.Count;
        if (keep < MostExtents) return keep;
        for (var total = fresh; keep > 0 && extents[keep - 1].Length <= 2 * total; keep--) total += extents[keep - 1].Length;
        return keep;
    }
}
