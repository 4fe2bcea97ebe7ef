namespace Orchestration.OrderFulfillment.Workflows;

/// <summary>The workflow's output. The audit compares it with the shop's books, row by row.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why it was not shipped: one of <see cref="OrderFailures"/>' types, or what went wrong last.</param>
/// <param name="AmountCents">What the customer has paid in the end; 0 unless shipped.</param>
/// <param name="ChargeId">The provider's id of the charge, when shipped.</param>
/// <param name="TrackingNumber">The carrier's number, when shipped.</param>
public sealed record OrderResult(
    string OrderId,
    OrderOutcome Outcome,
    string? Reason = null,
    long AmountCents = 0,
    string? ChargeId = null,
    string? TrackingNumber = null);
