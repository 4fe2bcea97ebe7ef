namespace Orchestration.OrderFulfillment.Workflows.Payments;

/// <summary>Asks the provider to undo a charge, named by the idempotency key it was (or will be) asked for under.</summary>
public sealed record RefundRequest(string OrderId, string ChargeKey);
