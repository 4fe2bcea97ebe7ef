using Orchestration.Grains.Kernel.History;

namespace Orchestration.Grains.Kernel.Machines;

/// <summary>The patches of a run: what its code was told, and what its history has.</summary>
/// <remarks>
/// <code>
/// state     input                                             event         next
/// (none)    code asks; live, or beyond the history            PatchMarked   Patched
/// (none)    code asks; replaying, the mark is in the history  -             Patched
/// (none)    code asks; replaying, the history has no mark     -             NotPatched
/// Patched, NotPatched: code asks again                        -             as it was
/// </code>
/// The whole history is looked through for marks before a replay begins, so that it does not matter in which order the code
/// comes to ask. What was answered with "not patched" is not recorded: a replay comes to the same answer, since the mark can
/// never be made afterwards.
/// </remarks>
internal sealed class PatchMachine
{
    // Most runs have no patches, and these stay null.
    private HashSet<string>? _recorded;
    private Dictionary<string, bool>? _answers;
    private List<string>? _required;

    public PatchMachine(IReadOnlyCollection<HistoryEvent> history)
    {
        if (history.Count == 0) return;
        foreach (var happened in history)
            if (happened is PatchMarked mark) (_recorded ??= new HashSet<string>(StringComparer.Ordinal)).Add(mark.PatchId);
    }

    /// <summary>What the code was told; null where it has not asked.</summary>
    public bool? Known(string patchId) => _answers?.TryGetValue(patchId, out var known) == true ? known : null;

    /// <summary>Whether the history has the mark, before this point or after.</summary>
    public bool IsRecorded(string patchId) => _recorded?.Contains(patchId) == true;

    /// <summary>Keeps an answer.</summary>
    public void Note(string patchId, bool isPatched) =>
        (_answers ??= new Dictionary<string, bool>(StringComparer.Ordinal))[patchId] = isPatched;

    /// <summary>Changes the state by a recorded fact.</summary>
    public void Apply(PatchMarked mark)
    {
        (_recorded ??= new HashSet<string>(StringComparer.Ordinal)).Add(mark.PatchId);
        if (!mark.Deprecated) (_required ??= []).Add(mark.PatchId);
    }

    /// <summary>The first mark that code must ask for and has not.</summary>
    public string? FirstMissing()
    {
        if (_required is null) return null;
        foreach (var patchId in _required)
            if (Known(patchId) is null) return patchId;
        return null;
    }
}
