using Microsoft.Data.Sqlite;
using Orchestration.OrderFulfillment;
using Orchestration.OrderFulfillment.Auditing;
using Orchestration.OrderFulfillment.Workflows;
using Orchestration.OrderFulfillment.Workflows.Payments;
using Orchestration.OrderFulfillment.Workflows.Shop;
using Orchestration.Samples.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Samples.Tests.OrderFulfillment.Auditing;

/// <summary>Books in good order, in which one thing at a time is broken by hand: each must be found, and named.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private readonly Dictionary<string, OrderEnd> _ends = [];

    public async Task InitializeAsync()
    {
        await using var shop = new ShopDatabase(OrderFulfillmentServices.ShopPath(_directory.Path));
        await using var ledger = new ProviderLedger(OrderFulfillmentServices.LedgerPath(_directory.Path));
        await shop.StockAsync([new Product(1, "Tea", 100, false)]);
        await shop.EnterAsync([.. new[] { "S", "C", "R" }.Select(static id => (id, OrderContent.Write(Orders.Of(id, (1, 3)))))]);

        var shipped = await ChargedAsync(shop, ledger, "S");
        await shop.ShipAsync(Call("S", "ship"), "TN-S", default);
        _ends["S"] = new("S", WorkflowStatus.Completed, new OrderResult("S", OrderOutcome.Shipped, null, 3500, shipped, "TN-S"));

        await ChargedAsync(shop, ledger, "C");
        await shop.RecallAsync(Call("C", "recall"), default);
        var refund = await ledger.RefundAsync(new RefundRequest("C", "charge-C"));
        await shop.BookRefundAsync(Call("C", "refund"), refund.Refund, default);
        await shop.ReleaseAsync(Call("C", "release"), default);
        _ends["C"] = new(
            "C", WorkflowStatus.Completed, new OrderResult("C", OrderOutcome.Compensated, OrderFailures.Undeliverable));

        await shop.ReleaseAsync(Call("R", "release"), default);
        _ends["R"] = new("R", WorkflowStatus.Completed, new OrderResult("R", OrderOutcome.Rejected, OrderFailures.OutOfStock));
    }

    public Task DisposeAsync()
    {
        _directory.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public void Run_BooksInOrder_IsClean() => Assert.Empty(Audit.Run(_directory.Path, _ends.Values));

    [Theory]
    [InlineData("INSERT INTO charges VALUES ('ch_x', 'other-key', 'S', 3500, 'charged')", "order S", "no order is charged twice")]
    [InlineData("INSERT INTO charges VALUES ('c', 'k', 'R', 9, 'charged')", "order R", "what is charged is shipped or refunded")]
    [InlineData("INSERT INTO charges VALUES ('ch_x', 'k', 'X', 3500, 'charged')", "order X", "all orders are in the order book")]
    [InlineData("DELETE FROM refunds", "order C", "what is charged is shipped or refunded")]
    [InlineData("UPDATE refunds SET amount_cents = 1", "order C", "refunds match charges")]
    [InlineData("DELETE FROM charges WHERE order_id = 'S'", "order S", "what is shipped is paid")]
    [InlineData("UPDATE charges SET amount_cents = 1 WHERE order_id = 'S'", "order S", "the books match the provider's ledger")]
    [InlineData(
        "INSERT INTO refunds SELECT 're_x', charge_id, order_id, amount_cents FROM charges WHERE order_id = 'S'",
        "order S",
        "what is refunded is not shipped")]
    public void Run_LedgerBroken_IsNamed(string sql, string subject, string rule) =>
        BreakAndExpect("payments.db", sql, subject, rule);

    [Theory]
    [InlineData("UPDATE products SET on_hand = -1", "product 1", "stock is never negative")]
    [InlineData("UPDATE products SET on_hand = on_hand - 1", "product 1", "units are conserved")]
    [InlineData("UPDATE reservation_lines SET units = 2 WHERE order_id = 'S'", "order S", "what is shipped was ordered")]
    [InlineData("UPDATE reservations SET state = 'open' WHERE order_id = 'C'", "order C", "nothing stays reserved")]
    [InlineData("UPDATE reservations SET state = 'released' WHERE order_id = 'S'", "order S", "what is shipped was reserved")]
    [InlineData("UPDATE shipments SET tracking_number = 'TN-X' WHERE order_id = 'S'", "order S", "results match the books")]
    [InlineData("DELETE FROM shipments WHERE order_id = 'S'", "order S", "results match the books")]
    [InlineData("INSERT INTO shipments VALUES ('R', 'k', 'TN-R', 'booked')", "order R", "results match the books")]
    [InlineData("DELETE FROM payments WHERE order_id = 'S'", "order S", "the books match the provider's ledger")]
    [InlineData("UPDATE payments SET state = 'charged' WHERE order_id = 'C'", "order C", "the books match the provider's ledger")]
    [InlineData("DELETE FROM refunds", "order C", "the books match the provider's ledger")]
    [InlineData("DELETE FROM order_book WHERE order_id = 'S'", "order S", "all orders are in the order book")]
    public void Run_BooksBroken_IsNamed(string sql, string subject, string rule) => BreakAndExpect("shop.db", sql, subject, rule);

    [Fact]
    public void Run_WorkflowWithoutEnd_IsNamed()
    {
        _ends.Remove("R");
        Expect("order R", "every order ends");
    }

    [Fact]
    public void Run_WorkflowTerminated_IsNamed()
    {
        _ends["R"] = new OrderEnd("R", WorkflowStatus.Terminated, null, "somebody did it");
        Expect("order R", "every order ends");
    }

    [Fact]
    public void Run_ResultClaimsWhatIsNotSo_IsNamed()
    {
        _ends["C"] = _ends["C"] with { Result = new OrderResult("C", OrderOutcome.Rejected, OrderFailures.OutOfStock) };
        _ends["S"] = _ends["S"] with { Result = _ends["S"].Result! with { AmountCents = 3499 } };
        Expect("order C", "results match the books");
        Expect("order S", "results match the books");
    }

    [Fact]
    public void Run_CanceledAndUndone_IsClean()
    {
        _ends["C"] = new OrderEnd("C", WorkflowStatus.Canceled, null, "changed their mind");
        Assert.Empty(Audit.Run(_directory.Path, _ends.Values));
    }

    private void BreakAndExpect(string file, string sql, string subject, string rule)
    {
        using (var connection = new SqliteConnection($"Data Source={_directory.File(file)};Pooling=False;Foreign Keys=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA ignore_check_constraints = 1; {sql}";
            command.ExecuteNonQuery();
        }

        Expect(subject, rule);
    }

    private void Expect(string subject, string rule) => Assert.Contains(
        Audit.Run(_directory.Path, _ends.Values), violation => violation.Subject == subject && violation.Rule == rule);

    private static async Task<string> ChargedAsync(ShopDatabase shop, ProviderLedger ledger, string order)
    {
        await shop.ReserveAsync(Call(order, "reserve"), [new ProductUnits(1, 3)], default);
        var charge = await ledger.ChargeAsync($"charge-{order}", new ChargeRequest(order, 3500), declines: false);
        await shop.BookChargeAsync(Call(order, "charge"), charge.ChargeId!, 3500, default);
        return charge.ChargeId!;
    }

    private static StepCall Call(string order, string step) => new(order, $"{order}/{step}", step, 1);
}
