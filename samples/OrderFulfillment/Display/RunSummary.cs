using Orchestration.OrderFulfillment.Auditing;
using Orchestration.OrderFulfillment.Running;

namespace Orchestration.OrderFulfillment.Display;

/// <summary>What a run came to.</summary>
/// <param name="Ends">How every order ended.</param>
/// <param name="Run">What of it had been begun before.</param>
/// <param name="BadLines">How many lines of input could not be used.</param>
/// <param name="Retries">Attempts after the first, over the life of the data directory.</param>
/// <param name="Elapsed">How long this process worked on them.</param>
/// <param name="Violations">What the audit found.</param>
internal sealed record RunSummary(
    IReadOnlyCollection<OrderEnd> Ends, OrderRun Run, int BadLines, long Retries, TimeSpan Elapsed,
    IReadOnlyList<Violation> Violations)
{
    /// <summary>How many workflows ended under this process's eyes.</summary>
    public long EndedHere => Ends.Count - Run.FoundEnded;
}
