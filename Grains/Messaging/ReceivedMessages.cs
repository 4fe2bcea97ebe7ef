using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;

namespace Orchestration.Grains.Messaging;

/// <summary>
/// Whether a chain of ended runs has taken a message: asked only where one is repeated that may have arrived before the chain's
/// end.
/// </summary>
internal static class ReceivedMessages
{
    /// <summary>Looks through the histories of a chain of runs, from its first run on.</summary>
    public static async Task<bool> ContainsAsync(RunReader reader, WorkflowKey key, RunId first, MessageSource source)
    {
        for (RunId? next = first; next is { } run;)
        {
            next = null;
            if (await reader.FindAsync(key, run) is not { } record) return false;
            foreach (var happened in await reader.ReadEventsAsync(record))
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
