namespace Orchestration.OrderFulfillment.Workflows.Payments;

/// <summary>Asks the provider to charge a customer. The request's Idempotency-Key header makes it safe to repeat.</summary>
public sealed record ChargeRequest(string OrderId, long AmountCents);
