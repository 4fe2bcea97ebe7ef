namespace Orchestration.Samples.SubscriptionBilling.Workflows;

/// <summary>What a customer signed: the workflow's input.</summary>
/// <param name="Customer">Who.</param>
/// <param name="Plan">The plan to begin with, by its name.</param>
/// <param name="Card">The card that is charged.</param>
/// <param name="Terms">When.</param>
public sealed record Subscription(string Customer, string Plan, string Card, BillingTerms Terms);
