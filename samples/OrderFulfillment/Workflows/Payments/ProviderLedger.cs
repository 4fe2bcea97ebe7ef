using Microsoft.Data.Sqlite;
using Orchestration.OrderFulfillment.Workflows.Storage;

namespace Orchestration.OrderFulfillment.Workflows.Payments;

/// <summary>The provider's own books, in a file that the shop does not touch. Thread-safe.</summary>
public sealed class ProviderLedger(string path) : IAsyncDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS charges (
            charge_id TEXT PRIMARY KEY,
            idempotency_key TEXT NOT NULL UNIQUE,
            order_id TEXT NOT NULL,
            amount_cents INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('charged', 'declined', 'void'))) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS refunds (
            refund_id TEXT PRIMARY KEY,
            charge_id TEXT NOT NULL UNIQUE REFERENCES charges,
            order_id TEXT NOT NULL,
            amount_cents INTEGER NOT NULL) WITHOUT ROWID;
        """;

    private readonly SqliteWriter _writer = new(path, Schema);

    /// <summary>Decides about a charge once; a repetition under the same key hears the same decision.</summary>
    /// <param name="key">The idempotency key.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="declines">Whether the customer's bank says no.</param>
    public Task<ChargeReply> ChargeAsync(string key, ChargeRequest request, bool declines) => _writer.WriteAsync(ledger =>
    {
        if (Find(ledger, key) is not { } made)
        {
            made = new Charge(NewId("ch"), request.OrderId, request.AmountCents, declines ? "declined" : "charged");
            ledger.Execute(
                "INSERT INTO charges VALUES ($1, $2, $3, $4, $5)",
                made.ChargeId, key, made.OrderId, made.AmountCents, made.State);
        }

        if (made.OrderId != request.OrderId) return new ChargeReply(ChargeState.Mismatched, null);
        if (made.State == "void" || RefundOf(ledger, made.ChargeId) is not null) return new ChargeReply(ChargeState.Voided, null);
        if (made.AmountCents != request.AmountCents) return new ChargeReply(ChargeState.Mismatched, null);
        return made.State == "charged"
            ? new ChargeReply(ChargeState.Charged, made.ChargeId)
            : new ChargeReply(ChargeState.Declined, null);
    });

    /// <summary>Refunds a charge once; where there is none, sees to it that there never is one under that key.</summary>
    public Task<RefundReply> RefundAsync(RefundRequest request) => _writer.WriteAsync(ledger =>
    {
        if (Find(ledger, request.ChargeKey) is not { } charge)
        {
            ledger.Execute(
                "INSERT INTO charges VALUES ($1, $2, $3, 0, 'void')", NewId("void"), request.ChargeKey, request.OrderId);
            return new RefundReply(null);
        }

        if (charge.State != "charged") return new RefundReply(null);
        var refundId = RefundOf(ledger, charge.ChargeId);
        if (refundId is null)
        {
            refundId = NewId("re");
            ledger.Execute(
                "INSERT INTO refunds VALUES ($1, $2, $3, $4)", refundId, charge.ChargeId, charge.OrderId, charge.AmountCents);
        }

        return new RefundReply(new Refund(refundId, charge.ChargeId, charge.AmountCents));
    });

    /// <summary>Commits what is under way and closes the file.</summary>
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private static string NewId(string prefix) => $"{prefix}_{Guid.CreateVersion7():N}";

    private static Charge? Find(SqliteSession ledger, string key) => ledger.First(
        "SELECT charge_id, order_id, amount_cents, state FROM charges WHERE idempotency_key = $1", Charge.Read, key);

    private static string? RefundOf(SqliteSession ledger, string chargeId) => ledger.First(
        "SELECT refund_id FROM refunds WHERE charge_id = $1", static row => row.GetString(0), chargeId);

    private sealed record Charge(string ChargeId, string OrderId, long AmountCents, string State)
    {
        public static Charge Read(SqliteDataReader row) =>
            new(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetString(3));
    }
}
