using Orchestration.OrderFulfillment.Workflows.Storage;

namespace Orchestration.OrderFulfillment.Workflows.Shop;

/// <summary>
/// Shelf and reservations. Units are on hand, reserved by an open reservation, or shipped; never lost, never made.
/// </summary>
internal static class StockBooks
{
    public static ReserveOutcome Reserve(SqliteSession books, StepCall call, IReadOnlyList<ProductUnits> units)
    {
        switch (State(books, call.OrderId))
        {
            case "open" or "shipped": return new ReserveOutcome(Reserved: true);
            case "released": return new ReserveOutcome(Reserved: false, Undone: true);
        }

        // All are looked at before one is taken: a transaction that has to be refused writes nothing.
        foreach (var (product, wanted) in units)
        {
            var onHand = books.First(
                "SELECT on_hand FROM products WHERE product_id = $1", static row => row.GetInt64(0), product);
            if (onHand < wanted) return new ReserveOutcome(Reserved: false, Missing: product);
        }

        books.Execute("INSERT INTO reservations VALUES ($1, $2, 'open')", call.OrderId, call.IdempotencyKey);
        foreach (var (product, wanted) in units)
        {
            books.Execute("UPDATE products SET on_hand = on_hand - $1 WHERE product_id = $2", wanted, product);
            books.Execute("INSERT INTO reservation_lines VALUES ($1, $2, $3)", call.OrderId, product, wanted);
        }

        return new ReserveOutcome(Reserved: true);
    }

    public static bool Release(SqliteSession books, StepCall call)
    {
        switch (State(books, call.OrderId))
        {
            case null:
                return books.Execute(
                    "INSERT INTO reservations VALUES ($1, $2, 'released')", call.OrderId, call.IdempotencyKey) == 1;
            case "released":
                return false;
            case "shipped":
                throw new InvalidOperationException(
                    $"Order {call.OrderId} is with the carrier: it must be recalled before its stock is released.");
        }

        foreach (var (product, units) in Lines(books, call.OrderId))
            books.Execute("UPDATE products SET on_hand = on_hand + $1 WHERE product_id = $2", units, product);
        SetState(books, call.OrderId, "released");
        return true;
    }

    public static string? State(SqliteSession books, string orderId) => books.First(
        "SELECT state FROM reservations WHERE order_id = $1", static row => row.GetString(0), orderId);

    public static void SetState(SqliteSession books, string orderId, string state) =>
        books.Execute("UPDATE reservations SET state = $1 WHERE order_id = $2", state, orderId);

    private static List<ProductUnits> Lines(SqliteSession books, string orderId) => books.All(
        "SELECT product_id, units FROM reservation_lines WHERE order_id = $1",
        static row => new ProductUnits(row.GetInt32(0), row.GetInt64(1)), orderId);
}
