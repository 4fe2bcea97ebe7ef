using Orchestration.OrderFulfillment.Workflows;
using Orchestration.OrderFulfillment.Workflows.Activities;
using Orchestration.OrderFulfillment.Workflows.Shipping;
using Orchestration.OrderFulfillment.Workflows.Shop;
using Orchestration.Samples.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Samples.Tests.OrderFulfillment.Shop;

public sealed class StockActivitiesTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private ShopDatabase _shop = null!;

    public async Task InitializeAsync()
    {
        _shop = new ShopDatabase(_directory.File("shop.db"));
        await _shop.StockAsync([new Product(1, "Tea", 10, false), new Product(2, "Figs", 5, true)]);
    }

    public async Task DisposeAsync()
    {
        await _shop.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Validate_OrderInOrder_Passes() => await Stock().ValidateAsync(Orders.Of("A", (1, 3)));

    [Theory]
    [InlineData(3, 1, "unknown")]
    [InlineData(2, 1, "discontinued")]
    [InlineData(1, -6, "-6 units")]
    public async Task Validate_WhatTheShopCannotTake_FailsForGood(int product, int quantity, string why)
    {
        var failure = await Assert.ThrowsAsync<ApplicationFailure>(
            () => Stock().ValidateAsync(Orders.Of("A", (1, 9), (product, quantity))));

        Assert.Equal(OrderFailures.Invalid, failure.Type);
        Assert.True(failure.NonRetryable);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_NoLines_FailsForGood() =>
        Assert.Equal(
            OrderFailures.Invalid,
            (await Assert.ThrowsAsync<ApplicationFailure>(() => Stock().ValidateAsync(Orders.Of("A")))).Type);

    [Fact]
    public async Task Reserve_ProductInTwoLines_NeedsTheSumOfBoth()
    {
        var order = Orders.Of("A", (1, 6), (1, 5));
        var failure = await Assert.ThrowsAsync<ApplicationFailure>(() => Stock().ReserveAsync(order.OrderId, order.Units()));

        Assert.Equal(OrderFailures.OutOfStock, failure.Type);
        Assert.True(failure.NonRetryable);
    }

    [Fact]
    public async Task Reserve_AfterRelease_FailsForGood()
    {
        await Stock().ReleaseAsync("A");
        var failure = await Assert.ThrowsAsync<ApplicationFailure>(
            () => Stock("late").ReserveAsync("A", [new ProductUnits(1, 1)]));

        Assert.Equal(OrderFailures.AlreadyUndone, failure.Type);
    }

    [Fact]
    public async Task Ship_WhereNoCarrierGoes_FailsForGood()
    {
        var carrier = new Carrier(7);
        var places = Enumerable.Range(0, 1000).Select(static i => Orders.Somewhere with { City = $"C{i}" });
        var nowhere = places.First(to => !carrier.DeliversTo(to));
        var failure = await Assert.ThrowsAsync<ApplicationFailure>(() =>
            new ShippingActivities(_shop, carrier, new FakeActivity("ship")).ShipAsync("A", nowhere));

        Assert.Equal(OrderFailures.Undeliverable, failure.Type);
        Assert.True(failure.NonRetryable);
    }

    private StockActivities Stock(string key = "k") => new(_shop, new FakeActivity(key));
}
