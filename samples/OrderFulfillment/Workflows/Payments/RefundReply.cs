namespace Orchestration.OrderFulfillment.Workflows.Payments;

/// <summary>What was refunded; null where there was no charge, and now there will be none.</summary>
public sealed record RefundReply(Refund? Refund);
