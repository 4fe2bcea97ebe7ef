using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Runs;

namespace Orchestration.Grains.Messages;

/// <summary>
/// How long a message or a request may be under way, clocks that are off included: one that arrives now may be meant for what
/// there was then (invariants 7 and 8).
/// </summary>
internal static class MessageLife
{
    /// <summary>The longest time that one is under way.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Whether a message that arrives now may have been under way since before the run began.</summary>
    public static bool MayOvertake(RunRecord run, DateTimeOffset now) => run.StartedAt > now - Longest;

    /// <summary>
    /// Whether a message that arrives now may have reached the run before its end: itself in another copy, or by its repeat.
    /// </summary>
    public static bool MayHaveReached(RunRecord ended, DateTimeOffset now) =>
        ended.Summary.ClosedAt is not { } at || at > now - Longest;

    /// <summary>Whether a message that arrives now may have been taken by a run before the open one.</summary>
    public static bool MayFollowOthers(OpenRun open, DateTimeOffset now) =>
        open.Run.Previous is not null && open.StartedAt > now - Longest;
}
