using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.History;

/// <summary>The run that started a child, and by which command.</summary>
/// <param name="Key">The parent's instance.</param>
/// <param name="RunId">The parent's run.</param>
/// <param name="Command">The number of its command.</param>
public sealed record ParentLink(WorkflowKey Key, RunId RunId, long Command);
