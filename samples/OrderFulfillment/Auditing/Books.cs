using Orchestration.OrderFulfillment.Workflows;
using Orchestration.OrderFulfillment.Workflows.Storage;

namespace Orchestration.OrderFulfillment.Auditing;

/// <summary>The shop's books and the provider's ledger as they stand, read past the code that wrote them.</summary>
internal sealed class Books
{
    private Books(SqliteSession shop, SqliteSession ledger)
    {
        Products = shop.All(
            "SELECT product_id, opening, on_hand FROM products",
            static row => new ProductRow(row.GetInt32(0), row.GetInt64(1), row.GetInt64(2)));
        Orders = shop.All("SELECT content FROM order_book", static row => OrderContent.Read(row.GetString(0)))
            .ToDictionary(static order => order.OrderId, StringComparer.Ordinal);
        Reservations = ById(shop.All(
            "SELECT order_id, state FROM reservations", static row => new StateRow(row.GetString(0), row.GetString(1), null)));
        ReservedUnits = shop.All(
                "SELECT order_id, product_id, units FROM reservation_lines",
                static row => (OrderId: row.GetString(0), Units: new ProductUnits(row.GetInt32(1), row.GetInt64(2))))
            .ToLookup(static line => line.OrderId, static line => line.Units, StringComparer.Ordinal);
        Shipments = ById(shop.All(
            "SELECT order_id, state, tracking_number FROM shipments",
            static row => new StateRow(row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2))));
        Payments = MoneyById(shop, "SELECT order_id, state, charge_id, amount_cents FROM payments");
        Refunds = MoneyById(shop, "SELECT order_id, 'refunded', refund_id, amount_cents FROM refunds");
        Charged = MoneyById(ledger, "SELECT order_id, state, charge_id, amount_cents FROM charges WHERE state = 'charged'");
        Refunded = MoneyById(ledger, "SELECT order_id, charge_id, refund_id, amount_cents FROM refunds");
    }

    public IReadOnlyList<ProductRow> Products { get; }

    public IReadOnlyDictionary<string, Order> Orders { get; }

    public IReadOnlyDictionary<string, StateRow> Reservations { get; }

    public ILookup<string, ProductUnits> ReservedUnits { get; }

    public IReadOnlyDictionary<string, StateRow> Shipments { get; }

    /// <summary>What the shop believes to have charged; at most one an order.</summary>
    public ILookup<string, MoneyRow> Payments { get; }

    /// <summary>What the shop believes to have refunded.</summary>
    public ILookup<string, MoneyRow> Refunds { get; }

    /// <summary>What the provider has charged.</summary>
    public ILookup<string, MoneyRow> Charged { get; }

    /// <summary>What the provider has refunded; the state is the charge's id.</summary>
    public ILookup<string, MoneyRow> Refunded { get; }

    public static Books Read(string dataDirectory)
    {
        using var shop = SqliteSession.OpenToRead(OrderFulfillmentServices.ShopPath(dataDirectory));
        using var ledger = SqliteSession.OpenToRead(OrderFulfillmentServices.LedgerPath(dataDirectory));
        return new Books(shop, ledger);
    }

    /// <summary>How many attempts after the first were made, over the life of the books.</summary>
    public static long CountRetries(string dataDirectory)
    {
        using var shop = SqliteSession.OpenToRead(OrderFulfillmentServices.ShopPath(dataDirectory));
        return shop.First("SELECT coalesce(sum(attempts - 1), 0) FROM retries", static row => row.GetInt64(0));
    }

    /// <summary>Every order that any row tells of.</summary>
    public IEnumerable<string> AllOrderIds() =>
        Orders.Keys.Concat(Reservations.Keys).Concat(Shipments.Keys)
            .Concat(Payments.Concat(Refunds).Concat(Charged).Concat(Refunded).Select(static rows => rows.Key))
            .Distinct(StringComparer.Ordinal);

    private static Dictionary<string, StateRow> ById(List<StateRow> rows) =>
        rows.ToDictionary(static row => row.OrderId, StringComparer.Ordinal);

    private static ILookup<string, MoneyRow> MoneyById(SqliteSession session, string sql) => session
        .All(sql, static row => new MoneyRow(
            row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetInt64(3)))
        .ToLookup(static row => row.OrderId, StringComparer.Ordinal);

    internal sealed record ProductRow(int ProductId, long Opening, long OnHand);

    internal sealed record StateRow(string OrderId, string State, string? Number);

    internal sealed record MoneyRow(string OrderId, string State, string? Id, long AmountCents);
}
