using Orchestration.OrderFulfillment.Workflows.Payments;
using Orchestration.OrderFulfillment.Workflows.Shop;
using Orchestration.Workflows;

namespace Orchestration.OrderFulfillment.Workflows.Activities;

/// <summary>Money: first the provider, then the shop's books. A crash between the two is mended by the next attempt.</summary>
public sealed class PaymentActivities(ShopDatabase shop, PaymentClient provider, ActivityContext activity) : IPayments
{
    /// <inheritdoc/>
    public async Task<string> ChargeAsync(string orderId, long amountCents)
    {
        var call = StepCall.Of(activity, orderId);
        await shop.NoteAsync(call, activity.CancellationToken);
        var reply = await provider.ChargeAsync(
            ChargeKey(orderId), new ChargeRequest(orderId, amountCents), activity.Attempt, activity.CancellationToken);
        switch (reply.State)
        {
            case ChargeState.Charged:
                await shop.BookChargeAsync(call, reply.ChargeId!, amountCents, activity.CancellationToken);
                return reply.ChargeId!;
            case ChargeState.Declined:
                throw OrderFailures.Final(OrderFailures.CardDeclined, $"The card of order {orderId} was declined.");
            case ChargeState.Voided:
                throw OrderFailures.Final(OrderFailures.AlreadyUndone, $"Order {orderId} was refunded before it was charged.");
            default:
                throw OrderFailures.Final(OrderFailures.Invalid, $"Order {orderId} was charged before, with another amount.");
        }
    }

    /// <inheritdoc/>
    public async Task RefundAsync(string orderId)
    {
        var call = StepCall.Of(activity, orderId);
        await shop.NoteAsync(call, activity.CancellationToken);
        var refund = await provider.RefundAsync(
            new RefundRequest(orderId, ChargeKey(orderId)), activity.Attempt, activity.CancellationToken);
        await shop.BookRefundAsync(call, refund, activity.CancellationToken);
    }

    /// <summary>
    /// <see cref="ActivityContext.IdempotencyKey"/> is the same for all attempts of one call, and would do for most effects.
    /// Here a still stronger key is at hand: an order is charged once in its life, whichever call or run asks, and its refund
    /// must name the charge without having heard of it.
    /// </summary>
    private static string ChargeKey(string orderId) => $"charge-{orderId}";
}
