using Orchestration.OrderFulfillment.Workflows.Shop;
using Orchestration.Workflows;

namespace Orchestration.OrderFulfillment.Workflows.Activities;

/// <summary>The warehouse's activities, on the shop's books.</summary>
public sealed class StockActivities(ShopDatabase shop, ActivityContext activity) : IStock
{
    /// <inheritdoc/>
    public Task ValidateAsync(Order order)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (Problem(order) is { } problem)
            throw OrderFailures.Final(OrderFailures.Invalid, $"Order {order.OrderId} {problem}.");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task ReserveAsync(string orderId, IReadOnlyList<ProductUnits> units)
    {
        var outcome = await shop.ReserveAsync(StepCall.Of(activity, orderId), units, activity.CancellationToken);
        if (outcome.Missing is { } product)
            throw OrderFailures.Final(OrderFailures.OutOfStock, $"There is not enough of product {product} for order {orderId}.");
        if (outcome.Undone)
            throw OrderFailures.Final(
                OrderFailures.AlreadyUndone, $"Order {orderId} was released before its stock was reserved.");
    }

    /// <inheritdoc/>
    public Task ReleaseAsync(string orderId) => shop.ReleaseAsync(StepCall.Of(activity, orderId), activity.CancellationToken);

    private string? Problem(Order order)
    {
        if (order.Lines is not { Count: > 0 }) return "has no lines";
        foreach (var line in order.Lines)
        {
            if (line.Quantity <= 0) return $"asks for {line.Quantity} units of product {line.ProductId}";
            if (line.UnitPrice < 0 || line.Discount is < 0 or > 1)
                return $"has a price for product {line.ProductId} that makes no sense";
        }

        if (order.TotalCents() <= 0) return "costs nothing";
        var units = order.Units();
        var sells = shop.Sells(units.Select(static product => product.ProductId));
        foreach (var (product, _) in units)
        {
            if (!sells.TryGetValue(product, out var sold)) return $"asks for product {product}, which is unknown";
            if (!sold) return $"asks for product {product}, which is discontinued";
        }

        return null;
    }
}
