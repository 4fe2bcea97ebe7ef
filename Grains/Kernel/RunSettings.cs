using System.Security.Cryptography;
using Orchestration.Grains.Kernel.History;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

/// <summary>What a run needs from its silo; the same for all runs of a silo.</summary>
public sealed record RunSettings
{
    /// <summary>The workflow types that this silo can run.</summary>
    public required WorkflowCatalog Workflows { get; init; }

    /// <summary>Chooses silos for attempts.</summary>
    public required IActivityPlacement Placement { get; init; }

    /// <summary>Encodes and decodes user values.</summary>
    public IPayloadConverter Converter { get; init; } = JsonPayloadConverter.Default;

    /// <summary>The largest payload that workflow code may hand over, in bytes.</summary>
    public int MaximumPayloadBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>The history length at which a run stalls instead of growing.</summary>
    public long MaximumHistoryEvents { get; init; } = 50_000;

    /// <summary>From where on runs that start now are told to continue as new.</summary>
    public ContinueHint ContinueHint { get; init; } = ContinueHint.Default;

    /// <summary>Makes the secrets of tokens. They are recorded, so they need not be deterministic; they must be
    /// unguessable.</summary>
    public Func<string> NewSecret { get; init; } = static () => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>
    /// How often code may ask for something, or go on after an await, within one step, before it counts as an endless loop.
    /// </summary>
    public long MaximumStepsPerStimulus { get; init; } = 1_000_000;

    /// <summary>
    /// Whether an exception of that type fails the run instead of stalling it; null: only recorded failures do.
    /// </summary>
    public Func<Exception, bool>? FailsRun { get; init; }

    /// <summary>Stand around the calls into and out of workflow code, the first one outermost.</summary>
    public IReadOnlyList<IWorkflowInterceptor> Interceptors { get; init; } = [];
}
