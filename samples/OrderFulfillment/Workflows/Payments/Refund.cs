namespace Orchestration.OrderFulfillment.Workflows.Payments;

/// <summary>Money that went back.</summary>
public sealed record Refund(string RefundId, string ChargeId, long AmountCents);
