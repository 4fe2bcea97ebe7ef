using System.Collections.Frozen;

namespace Orchestration.Grains.Kernel.Execution;

internal sealed partial class RunContext
{
    public override int WorkflowVersion => run.Version;

    public override IReadOnlyDictionary<string, string> Headers =>
        run.Started.Headers ?? FrozenDictionary<string, string>.Empty;

    public override bool Patched(string patchId) => run.IsPatched(patchId, deprecated: false);

    public override void DeprecatePatch(string patchId) => run.IsPatched(patchId, deprecated: true);
}
