namespace Orchestration.Samples.SubscriptionBilling.Activities;

/// <summary>A line of the bank's book: an invoice that was paid.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="Customer">Whose.</param>
/// <param name="Plan">For what.</param>
/// <param name="Cents">How much.</param>
/// <param name="Due">When it was due.</param>
/// <param name="Card">The card.</param>
public sealed record Charge(string InvoiceId, string Customer, string Plan, long Cents, DateTimeOffset Due, string Card);
