using Orchestration.OrderFulfillment.Workflows;
using Orchestration.OrderFulfillment.Workflows.Payments;
using Orchestration.OrderFulfillment.Workflows.Shop;
using Orchestration.Samples.Tests.Support;

namespace Orchestration.Samples.Tests.OrderFulfillment.Shop;

public sealed class ShopDatabaseTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private ShopDatabase _shop = null!;

    public async Task InitializeAsync()
    {
        _shop = new ShopDatabase(_directory.File("shop.db"));
        await _shop.StockAsync(
            [new Product(1, "Tea", 10, false), new Product(2, "Salt", 5, false), new Product(3, "Figs", 5, true)]);
    }

    public async Task DisposeAsync()
    {
        await _shop.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Reserve_Repeated_TakesUnitsOnce()
    {
        var first = await ReserveAsync("A", 1, (1, 4));
        var second = await ReserveAsync("A", 2, (1, 4));

        Assert.True(first.Reserved);
        Assert.True(second.Reserved);
        Assert.Equal(6, OnHand(1));
        Assert.Equal(1, Count("retries"));
    }

    [Fact]
    public async Task Reserve_OneProductShort_TakesNothingAtAll()
    {
        var outcome = await ReserveAsync("A", 1, (1, 4), (2, 6));

        Assert.Equal(new ReserveOutcome(Reserved: false, Missing: 2), outcome);
        Assert.Equal(10, OnHand(1));
        Assert.Equal(0, Count("reservations"));
    }

    [Fact]
    public async Task Release_BeforeReserve_TurnsTheLateStepAway()
    {
        await _shop.ReleaseAsync(Call("A", "release"), default);
        var late = await ReserveAsync("A", 1, (1, 4));

        Assert.True(late.Undone);
        Assert.Equal(10, OnHand(1));
    }

    [Fact]
    public async Task Release_Repeated_PutsUnitsBackOnce()
    {
        await ReserveAsync("A", 1, (1, 4), (2, 1));
        await _shop.ReleaseAsync(Call("A", "release"), default);
        await _shop.ReleaseAsync(Call("A", "release", attempt: 2), default);

        Assert.Equal(10, OnHand(1));
        Assert.Equal(5, OnHand(2));
    }

    [Fact]
    public async Task Ship_RepeatedThenRecalledTwice_LeavesUnitsReserved()
    {
        await ReserveAsync("A", 1, (1, 4));
        Assert.Equal("TN-A", await _shop.ShipAsync(Call("A", "ship"), "TN-A", default));
        Assert.Equal("TN-A", await _shop.ShipAsync(Call("A", "ship", attempt: 2), "TN-A", default));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _shop.ReleaseAsync(Call("A", "release"), default));
        await _shop.RecallAsync(Call("A", "recall"), default);
        await _shop.RecallAsync(Call("A", "recall", attempt: 2), default);

        Assert.Null(await _shop.ShipAsync(Call("A", "ship", attempt: 3), "TN-A", default));
        Assert.Equal("open", State("reservations"));
        Assert.Equal(6, OnHand(1));
    }

    [Fact]
    public async Task Recall_BeforeShip_TurnsTheLateStepAway()
    {
        await ReserveAsync("A", 1, (1, 4));
        await _shop.RecallAsync(Call("A", "recall"), default);

        Assert.Null(await _shop.ShipAsync(Call("A", "ship"), "TN-A", default));
        Assert.Equal("open", State("reservations"));
    }

    [Fact]
    public async Task Ship_NothingReserved_DoesNothing()
    {
        Assert.Null(await _shop.ShipAsync(Call("A", "ship"), "TN-A", default));
        Assert.Equal(0, Count("shipments"));
    }

    [Fact]
    public async Task BookCharge_AfterItsRefund_StaysRefunded()
    {
        await _shop.BookRefundAsync(Call("A", "refund"), new Refund("re_1", "ch_1", 500), default);
        await _shop.BookRefundAsync(Call("A", "refund", attempt: 2), new Refund("re_1", "ch_1", 500), default);
        await _shop.BookChargeAsync(Call("A", "charge"), "ch_1", 500, default);

        Assert.Equal("refunded", State("payments"));
        Assert.Equal(1, Count("refunds"));
    }

    [Fact]
    public async Task BookRefund_NothingToRefund_LeavesATombstone()
    {
        await _shop.BookRefundAsync(Call("A", "refund"), null, default);

        Assert.Equal("void", State("payments"));
        Assert.Equal(0, Count("refunds"));
    }

    [Fact]
    public async Task Reserve_ManyAtOnceForFewUnits_NeverOversells()
    {
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(i => Task.Run(() => ReserveAsync($"O{i}", 1, (1, 1), (2, 1)))));

        Assert.Equal(5, outcomes.Count(static outcome => outcome.Reserved));
        Assert.All(outcomes.Where(static outcome => !outcome.Reserved), static outcome => Assert.Equal(2, outcome.Missing));
        Assert.Equal(5, OnHand(1));
        Assert.Equal(0, OnHand(2));
    }

    [Fact]
    public async Task Enter_SameIdWithOtherContent_KeepsTheFirst()
    {
        Assert.Equal(["one", "two"], await _shop.EnterAsync([("A", "one"), ("B", "two")]));
        Assert.Equal(["one", "three"], await _shop.EnterAsync([("A", "other"), ("C", "three")]));
        Assert.Equal(["one", "two", "three"], _shop.ReadOrders(0, 10).Select(static row => row.Content));
    }

    [Fact]
    public async Task Stock_ProductsKnownAlready_AreLeftAsTheyAre()
    {
        await ReserveAsync("A", 1, (1, 4));

        Assert.Equal(1, await _shop.StockAsync([new Product(1, "Tea", 99, false), new Product(4, "Rye", 7, false)]));
        Assert.Equal(6, OnHand(1));
        Assert.Equal(7, OnHand(4));
    }

    [Fact]
    public async Task Reopened_AfterClose_KnowsEverything()
    {
        await ReserveAsync("A", 1, (1, 4));
        await _shop.DisposeAsync();
        _shop = new ShopDatabase(_directory.File("shop.db"));

        Assert.True((await ReserveAsync("A", 2, (1, 4))).Reserved);
        Assert.Equal(6, OnHand(1));
        Assert.Equal("3", await _shop.SettleAsync("seed", "3"));
        Assert.Equal("3", await _shop.SettleAsync("seed", "4"));
    }

    private Task<ReserveOutcome> ReserveAsync(string order, int attempt, params (int Product, long Units)[] units) =>
        _shop.ReserveAsync(
            Call(order, "reserve", attempt),
            [.. units.Select(static line => new ProductUnits(line.Product, line.Units))],
            default);

    private static StepCall Call(string order, string step, int attempt = 1) => new(order, $"{order}/{step}", step, attempt);

    private long OnHand(int product) => _shop.Read(books => books.First(
        "SELECT on_hand FROM products WHERE product_id = $1", static row => row.GetInt64(0), product));

    private string? State(string table) =>
        _shop.Read(books => books.First($"SELECT state FROM {table}", static row => row.GetString(0)));

    private long Count(string table) =>
        _shop.Read(books => books.First($"SELECT count(*) FROM {table}", static row => row.GetInt64(0)));
}
