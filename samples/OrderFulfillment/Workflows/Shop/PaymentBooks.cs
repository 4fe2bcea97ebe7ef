using Orchestration.OrderFulfillment.Workflows.Storage;

namespace Orchestration.OrderFulfillment.Workflows.Shop;

/// <summary>
/// What the shop knows of charges and refunds; the provider's ledger is the truth, and the audit compares the two.
/// </summary>
internal static class PaymentBooks
{
    /// <summary>A late attempt may report a charge that was refunded meanwhile: the row that says so stays as it is.</summary>
    public static bool Charge(SqliteSession books, StepCall call, string chargeId, long amountCents) => books.Execute(
        "INSERT INTO payments VALUES ($1, $2, $3, $4, 'charged') ON CONFLICT DO NOTHING",
        call.OrderId, call.IdempotencyKey, chargeId, amountCents) == 1;

    public static bool Refund(SqliteSession books, StepCall call, Payments.Refund? refund)
    {
        if (refund is not { } made)
            return books.Execute(
                "INSERT INTO payments VALUES ($1, $2, NULL, 0, 'void') ON CONFLICT DO NOTHING",
                call.OrderId, call.IdempotencyKey) == 1;

        // The charge may be unknown here: the provider made it, but no answer came through in time.
        books.Execute(
            """
            INSERT INTO payments VALUES ($1, $2, $3, $4, 'refunded')
            ON CONFLICT (order_id) DO UPDATE SET state = 'refunded', charge_id = $3, amount_cents = $4
            """,
            call.OrderId, call.IdempotencyKey, made.ChargeId, made.AmountCents);
        return books.Execute(
            "INSERT INTO refunds VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            call.OrderId, call.IdempotencyKey, made.RefundId, made.AmountCents) == 1;
    }
}
