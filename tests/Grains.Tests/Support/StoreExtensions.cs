using Orchestration.Grains.Storage;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Support;

/// <summary>What a test sees in the store, without asking a workflow: asking would bring it back to life.</summary>
internal static class StoreExtensions
{
    /// <summary>
    /// Waits until an instance's latest run has ended and owes nothing: for less long than it would take the next look of its
    /// shard to find what was left lying.
    /// </summary>
    public static async Task ClosedAsync(this IHistoryStore store, string id, string when) => await Eventually.EventuallyAsync(
        async () => (await store.FindAsync(new WorkflowKey(id)))?.Summary.State,
        static state => state == RunState.Closed, $"{when}: '{id}' ends by itself");
}
