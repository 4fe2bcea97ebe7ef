using System.Diagnostics;

namespace Orchestration.Grains.Interfaces.Activities;

/// <summary>
/// The context that the spans of a run's attempts hang under, taken apart once a run. It is not sent; a silo that has a task from
/// another one reads it anew.
/// </summary>
internal sealed class AttemptTrace
{
    private AttemptTrace(ActivityContext parent) => Parent = parent;

    /// <summary>What the spans hang under; default where they begin traces of their own.</summary>
    public ActivityContext Parent { get; }

    /// <summary>Of a W3C trace parent.</summary>
    public static AttemptTrace Of(string? traceParent) =>
        new(ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent) ? parent : default);
}
