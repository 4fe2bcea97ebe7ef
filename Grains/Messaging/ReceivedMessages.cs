using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;

namespace Orchestration.Grains.Messaging;

/// <summary>
/// Whether a chain of ended runs has taken a message: asked where one comes when the chain is over, and may have come before
/// that, itself in another copy or by its repeat.
/// </summary>
internal static class ReceivedMessages
{
    /// <summary>Looks through the histories of a chain of runs, from its first run on.</summary>
    /// <param name="reader">Reads them.</param>
    /// <param name="key">The instance.</param>
    /// <param name="first">The chain's first run.</param>
    /// <param name="source">The message.</param>
    /// <param name="since">Runs that ended before this cannot have taken it; null where any can.</param>
    public static async Task<bool> ContainsAsync(
        RunReader reader, WorkflowKey key, RunId first, MessageSource source, DateTimeOffset? since)
    {
        for (RunId? next = first; next is { } run;)
        {
            next = null;
            if (await reader.FindAsync(key, run) is not { } record) return false;
            var isOver = since is { } earliest && record.Summary.ClosedAt < earliest;
            foreach (var happened in isOver ? [await reader.ReadClosingEventAsync(record)] : await reader.ReadEventsAsync(record))
            {
                switch (happened)
                {
                    case SignalReceived { Sender: { } sender } when sender == source:
                    case RunCancelRequested { Sender: { } asking } when asking == source:
                        return true;
                    case RunContinuedAsNew continued:
                        next = continued.NewRunId;
                        break;
                }
            }
        }

        return false;
    }
}
