using Orchestration.Samples.SubscriptionBilling.Activities;
using Orchestration.Samples.SubscriptionBilling.Workflows;

namespace Orchestration.Samples.SubscriptionBilling.Customers;

/// <summary>Holds what the subscriptions say against the bank's book.</summary>
public static class BillingAudit
{
    /// <summary>What does not fit; empty where every month was paid for once, and no other.</summary>
    public static IReadOnlyList<string> Violations(
        IReadOnlyDictionary<string, SubscriptionState> ends, IEnumerable<Charge> charges)
    {
        ArgumentNullException.ThrowIfNull(ends);
        var paid = charges.ToLookup(static charge => charge.Customer);
        var violations = new List<string>();
        foreach (var (customer, end) in ends)
        {
            var own = paid[customer].OrderBy(static charge => charge.Due).ToList();
            if (own.Count != end.MonthsPaid)
                violations.Add($"{customer} was charged {own.Count} times for {end.MonthsPaid} months.");
            if (own.DistinctBy(static charge => charge.Due).Count() != own.Count)
                violations.Add($"{customer} paid a month twice.");
            foreach (var charge in own.Where(static charge => !Plan.All.Contains(new Plan(charge.Plan, charge.Cents))))
                violations.Add($"{charge.InvoiceId}: {charge.Cents} cents is not what plan {charge.Plan} costs.");
        }

        return violations;
    }
}
