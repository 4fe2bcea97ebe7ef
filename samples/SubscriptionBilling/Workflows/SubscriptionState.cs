namespace Orchestration.Samples.SubscriptionBilling.Workflows;

/// <summary>How a subscription stands, as its query and its status show it.</summary>
/// <param name="Phase">What it is at.</param>
/// <param name="Plan">The plan that is paid for.</param>
/// <param name="NextPlan">The plan of the next month; null: the same.</param>
/// <param name="MonthsPaid">How many months were paid for.</param>
/// <param name="Until">When the phase ends if nothing else happens.</param>
public sealed record SubscriptionState(Phase Phase, string Plan, string? NextPlan, int MonthsPaid, DateTimeOffset Until);

/// <summary>What a subscription is at.</summary>
public enum Phase
{
    /// <summary>Free, at first.</summary>
    Trial,

    /// <summary>Paid for.</summary>
    Active,

    /// <summary>The card was declined; it will be tried again.</summary>
    PastDue,

    /// <summary>Ended by the customer.</summary>
    Canceled,

    /// <summary>Ended since nobody paid.</summary>
    Unpaid,
}
