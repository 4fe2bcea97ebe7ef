namespace Orchestration.Samples.SubscriptionBilling.Workflows;

/// <summary>The failures that billing raises on purpose.</summary>
public static class BillingFailures
{
    /// <summary>The bank said no.</summary>
    public const string CardDeclined = "card-declined";
}
