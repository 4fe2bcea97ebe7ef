namespace Orchestration.Workflows;

public abstract partial class WorkflowContext
{
    /// <summary>
    /// The version of the workflow's code that the run keeps to (<see cref="WorkflowAttribute.Version"/>).
    /// </summary>
    public abstract int WorkflowVersion { get; }

    /// <summary>What the run's start was sent with (a tenant, a correlation id); empty where nothing was.</summary>
    public abstract IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>
    /// Guards a change of the code: true where the run takes the new path, false where it has come past this point with code of
    /// before and must go on as that did. The first answer for an id holds for the whole life of the run; a true one is recorded.
    /// </summary>
    /// <remarks>
    /// Once no run of before is open, replace the call by <see cref="DeprecatePatch"/>; once no run that recorded the patch is
    /// open either, remove it.
    /// </remarks>
    /// <param name="patchId">Names the change; unique within the workflow type, 1 to 200 characters.</param>
    public abstract bool Patched(string patchId);

    /// <summary>
    /// Says that the new path of a patch is the only one left: runs that recorded it go on, and so do runs that begin now. A run
    /// of before the patch takes the new path too and most likely stalls: deploy it once none is open.
    /// </summary>
    /// <param name="patchId">The id that <see cref="Patched"/> was called with.</param>
    public abstract void DeprecatePatch(string patchId);
}
