using Orchestration.Grains.Kernel.History;
using Orchestration.OrderFulfillment.Workflows;
using Orchestration.OrderFulfillment.Workflows.Payments;
using Orchestration.Workflows;

namespace Orchestration.Chaos.Checking;

/// <summary>
/// How much of an order's time is its own luck: the shop's partners fail by a seed, and what is repeated waits as its policy
/// says. One order in a hundred is never answered by the payment provider and takes seconds, which is where the 99th percentile
/// stands, so that it says nothing of the cluster unless these waits are taken out.
/// </summary>
internal static class OwnWaits
{
    // What the shop's client of the provider waits for an answer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly ProviderRules Provider = new(new OrderFulfillmentOptions().Seed);

    /// <summary>The waits of one order's history. A lost attempt's part is the cluster's, not the order's.</summary>
    public static TimeSpan Of(string order, IReadOnlyList<HistoryEvent> events)
    {
        var charges = events.OfType<ActivityScheduled>()
            .Where(static e => e.ActivityType.Contains("Charge", StringComparison.OrdinalIgnoreCase))
            .Select(static e => e.Command).ToHashSet();
        var waits = TimeSpan.Zero;
        var due = new Dictionary<long, DateTimeOffset>();
        foreach (var retry in events.OfType<ActivityRetryScheduled>())
        {
            // One that is lost before it was due is tried at once: the rest of its wait did not take place.
            if (due.Remove(retry.Command, out var until) && retry.At < until) waits -= until - retry.At;
            if (retry.LastFailure is null or { Kind: FailureKind.Lost or FailureKind.Timeout }) continue;
            waits += retry.DueAt - retry.At;
            due[retry.Command] = retry.DueAt;
            if (charges.Contains(retry.Command) && Provider.OfCharge(order, retry.Attempt - 1) == ProviderFault.LateAfter)
                waits += Patience;
        }

        return waits;
    }
}
