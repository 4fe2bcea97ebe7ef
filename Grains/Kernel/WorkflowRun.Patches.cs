using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Machines;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

// Patches: which path changed code takes in a run that may have begun before the change.
public sealed partial class WorkflowRun
{
    private PatchMachine _patches = new([]);

    /// <summary>The version of the run's code.</summary>
    internal int Version => VersionOf(Started);

    /// <summary>Whether the run takes the new path of a patch; the first answer holds for the run's life.</summary>
    internal bool IsPatched(string patchId, bool deprecated)
    {
        CheckPatchId(patchId);
        if (_patches.Known(patchId) is { } known)
        {
            RequireTurn();
            return known;
        }

        if (!MayCommand()) return false;

        // A replay that has not come to the end of the history, nor finds the mark anywhere in it, runs where older code ran.
        var isRecorded = _patches.IsRecorded(patchId);
        var isPatched = isRecorded || !IsReplaying;
        if (isPatched && !isRecorded
            && !Command(new PatchMarked { At = CommandTime, PatchId = patchId, Deprecated = deprecated })) return false;
        _patches.Note(patchId, isPatched);
        return isPatched;
    }

    /// <summary>
    /// Takes the marks that follow what was just taken: where they stand among the commands does not matter, and what code is to
    /// be matched with is never a mark.
    /// </summary>
    private void TakePatchMarks()
    {
        while (_matcher.Next is PatchMarked) Apply(_matcher.Take(), isNew: false);
    }

    /// <summary>
    /// At the end of a replay: a mark that the code never asked for means that it may have taken the old path by accident.
    /// </summary>
    private void FindMissingPatch()
    {
        if (_stall is not null || IsClosed || _patches.FirstMissing() is not { } missing) return;
        var expected = $"PatchMarked '{missing}'";
        _stall = new Stall(
            FaultCodes.Nondeterminism,
            $"Workflow code does not fit its history: the run took the new path of the patch '{missing}', but the code does not "
            + "ask for that patch any more. Deploy code that does, or that marks it by Context.DeprecatePatch, until no run of "
            + "before is open.",
            expected, "no call of Patched or DeprecatePatch for it", _position);
    }

    private static void CheckPatchId(string patchId)
    {
        ArgumentNullException.ThrowIfNull(patchId);
        if (Identifiers.Problem(patchId, 200) is { } problem) throw new InvalidIdentifier("patch id", patchId, problem);
    }
}
