using Orchestration.OrderFulfillment.Workflows.Storage;

namespace Orchestration.OrderFulfillment.Workflows.Shop;

/// <summary>What is with the carrier.</summary>
internal static class ShipmentBooks
{
    public static string? Ship(SqliteSession books, StepCall call, string trackingNumber)
    {
        var (state, standing) = Find(books, call.OrderId);
        if (state is not null) return standing;
        if (StockBooks.State(books, call.OrderId) != "open") return null;
        books.Execute("INSERT INTO shipments VALUES ($1, $2, $3, 'booked')", call.OrderId, call.IdempotencyKey, trackingNumber);
        StockBooks.SetState(books, call.OrderId, "shipped");
        return trackingNumber;
    }

    public static bool Recall(SqliteSession books, StepCall call)
    {
        var (state, _) = Find(books, call.OrderId);
        if (state == "recalled") return false;
        if (state is null)
            return books.Execute(
                "INSERT INTO shipments VALUES ($1, $2, NULL, 'recalled')", call.OrderId, call.IdempotencyKey) == 1;
        books.Execute("UPDATE shipments SET state = 'recalled', tracking_number = NULL WHERE order_id = $1", call.OrderId);
        StockBooks.SetState(books, call.OrderId, "open");
        return true;
    }

    private static (string? State, string? TrackingNumber) Find(SqliteSession books, string orderId) => books.First(
        "SELECT state, tracking_number FROM shipments WHERE order_id = $1",
        static row => (row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1)), orderId);
}
