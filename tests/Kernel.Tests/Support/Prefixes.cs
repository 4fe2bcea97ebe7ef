using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Kernel.Tests.Properties;

namespace Orchestration.Kernel.Tests.Support;

/// <summary>Replays every prefix of a history: each must ask again for exactly what was asked for after it.</summary>
internal static class Prefixes
{
    public static void AssertEachResumes(Harness run)
    {
        var history = run.History;
        for (var cut = 1; cut <= history.Count; cut++)
        {
            var end = cut;
            while (end < history.Count && CommandMatcher.IsCommand(history[end])) end++;
            var replayed = WorkflowRun.Replay(run.Settings, history.Take(cut));
            Assert.Null(replayed.Stall);
            Assert.Equal(cut, replayed.HistoryLength);
            var added = replayed.Advance([], history[cut - 1].At).Events;
            Assert.Equal(Comparable(history[cut..end]), Comparable(added));
        }
    }

    // The host is chosen anew, and a turn's time is its own.
    private static string Comparable(IEnumerable<HistoryEvent> events) => World.ExecutedText(events.Select(static e => e switch
    {
        ActivityScheduled s => s with { Host = "any", At = default },
        _ => e with { At = default },
    }));
}
