using Orchestration.OrderFulfillment.Workflows.Shipping;
using Orchestration.OrderFulfillment.Workflows.Shop;
using Orchestration.Workflows;

namespace Orchestration.OrderFulfillment.Workflows.Activities;

/// <summary>The carrier's activities.</summary>
public sealed class ShippingActivities(ShopDatabase shop, Carrier carrier, ActivityContext activity) : IShipping
{
    /// <inheritdoc/>
    public async Task<string> ShipAsync(string orderId, Address to)
    {
        ArgumentNullException.ThrowIfNull(to);
        if (!carrier.DeliversTo(to))
            throw OrderFailures.Final(
                OrderFailures.Undeliverable, $"No carrier delivers order {orderId} to {to.City}, {to.Country}.");
        var call = StepCall.Of(activity, orderId);
        await shop.NoteAsync(call, activity.CancellationToken);
        if (carrier.IsBusy(orderId, activity.Attempt))
            throw new ApplicationFailure("The carrier does not answer.", OrderFailures.CarrierUnavailable);
        return await shop.ShipAsync(call, $"TN-{orderId}", activity.CancellationToken) ??
            throw OrderFailures.Final(
                OrderFailures.AlreadyUndone, $"Order {orderId} was recalled, or released, before it was shipped.");
    }

    /// <inheritdoc/>
    public Task RecallAsync(string orderId) => shop.RecallAsync(StepCall.Of(activity, orderId), activity.CancellationToken);
}
