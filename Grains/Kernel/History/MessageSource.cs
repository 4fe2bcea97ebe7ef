using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.History;

/// <summary>The run that sent a message, and the number of the command with which it did: by these a repeat is known.</summary>
/// <param name="Key">The sending instance.</param>
/// <param name="RunId">The sending run.</param>
/// <param name="Command">The number of its command.</param>
public sealed record MessageSource(WorkflowKey Key, RunId RunId, long Command);
