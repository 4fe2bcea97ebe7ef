namespace Orchestration.Samples.SubscriptionBilling.Activities;

/// <summary>A letter to a customer.</summary>
public sealed record Letter(string Customer, string Text);
