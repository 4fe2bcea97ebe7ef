namespace Orchestration.OrderFulfillment.Workflows.Shop;

/// <summary>
/// The shop's books. An order has at most one reservation, payment, refund and shipment in its life: the order's id is their
/// key, and each row also bears the idempotency key of the call that wrote it. A compensation that finds no row leaves one
/// behind (<c>released</c>, <c>void</c>, <c>recalled</c>): the tombstone that turns away a step arriving after it.
/// </summary>
internal static class ShopSchema
{
    public const string Sql = """
        CREATE TABLE IF NOT EXISTS settings (
            name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS products (
            product_id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            discontinued INTEGER NOT NULL,
            opening INTEGER NOT NULL,
            on_hand INTEGER NOT NULL CHECK (on_hand >= 0));
        CREATE TABLE IF NOT EXISTS order_book (
            number INTEGER PRIMARY KEY,
            order_id TEXT NOT NULL UNIQUE,
            content TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS reservations (
            order_id TEXT PRIMARY KEY,
            idempotency_key TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL CHECK (state IN ('open', 'shipped', 'released'))) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS reservation_lines (
            order_id TEXT NOT NULL REFERENCES reservations,
            product_id INTEGER NOT NULL REFERENCES products,
            units INTEGER NOT NULL CHECK (units > 0),
            PRIMARY KEY (order_id, product_id)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS payments (
            order_id TEXT PRIMARY KEY,
            idempotency_key TEXT NOT NULL UNIQUE,
            charge_id TEXT,
            amount_cents INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('charged', 'refunded', 'void'))) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS refunds (
            order_id TEXT PRIMARY KEY,
            idempotency_key TEXT NOT NULL UNIQUE,
            refund_id TEXT NOT NULL,
            amount_cents INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS shipments (
            order_id TEXT PRIMARY KEY,
            idempotency_key TEXT NOT NULL UNIQUE,
            tracking_number TEXT,
            state TEXT NOT NULL CHECK (state IN ('booked', 'recalled'))) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS retries (
            idempotency_key TEXT PRIMARY KEY,
            order_id TEXT NOT NULL,
            activity TEXT NOT NULL,
            attempts INTEGER NOT NULL) WITHOUT ROWID;
        """;
}
