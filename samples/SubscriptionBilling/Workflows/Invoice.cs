namespace Orchestration.Samples.SubscriptionBilling.Workflows;

/// <summary>What a customer owes for a month.</summary>
/// <param name="Id">Customer and month: the key under which it is charged once.</param>
/// <param name="Customer">Who.</param>
/// <param name="Plan">For what.</param>
/// <param name="Cents">How much.</param>
/// <param name="Due">When.</param>
public sealed record Invoice(string Id, string Customer, string Plan, long Cents, DateTimeOffset Due);
