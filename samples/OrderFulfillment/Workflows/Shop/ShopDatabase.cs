using System.Collections.Concurrent;
using Orchestration.OrderFulfillment.Workflows.Storage;

namespace Orchestration.OrderFulfillment.Workflows.Shop;

/// <summary>
/// The shop's books in a SQLite file. Every method that takes a <see cref="StepCall"/> is one transaction and safe to repeat.
/// Thread-safe.
/// </summary>
public sealed class ShopDatabase(string path) : IAsyncDisposable
{
    private readonly SqliteWriter _writer = new(path, ShopSchema.Sql);
    private readonly ConcurrentBag<SqliteSession> _readers = [];

    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>Reads the books without waiting for writers. Each statement sees what was committed when it began.</summary>
    public T Read<T>(Func<SqliteSession, T> query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (!_readers.TryTake(out var reader)) reader = SqliteSession.OpenToRead(Path);
        try
        {
            return query(reader);
        }
        finally
        {
            _readers.Add(reader);
        }
    }

    /// <summary>Puts products on the shelves. Those that the shop has already are left as they are.</summary>
    /// <returns>How many are new.</returns>
    public Task<int> StockAsync(IReadOnlyList<Product> products) => _writer.WriteAsync(books =>
        products.Sum(product => books.Execute(
            "INSERT INTO products VALUES ($1, $2, $3, $4, $4) ON CONFLICT DO NOTHING",
            product.ProductId, product.Name, product.Discontinued ? 1 : 0, product.Units)));

    /// <summary>Keeps a setting that must not change during the life of the books.</summary>
    /// <returns>The value that stands: the one kept first.</returns>
    public Task<string> SettleAsync(string name, string value) => _writer.WriteAsync(books =>
    {
        books.Execute("INSERT INTO settings VALUES ($1, $2) ON CONFLICT DO NOTHING", name, value);
        return books.First("SELECT value FROM settings WHERE name = $1", static row => row.GetString(0), name)!;
    });

    /// <summary>Enters orders (id and content) in the order book, from which they are never lost.</summary>
    /// <returns>For each, the content that stands: that of the first order under its id.</returns>
    public Task<List<string>> EnterAsync(IReadOnlyList<(string OrderId, string Content)> orders) => _writer.WriteAsync(books =>
    {
        var standing = new List<string>(orders.Count);
        foreach (var (orderId, content) in orders)
        {
            var entered = books.Execute(
                "INSERT INTO order_book (order_id, content) VALUES ($1, $2) ON CONFLICT DO NOTHING", orderId, content) == 1;
            standing.Add(entered ? content : books.First(
                "SELECT content FROM order_book WHERE order_id = $1", static row => row.GetString(0), orderId)!);
        }

        return standing;
    });

    /// <summary>A page of the order book, in the order of entry.</summary>
    public List<(long Number, string Content)> ReadOrders(long after, int limit) => Read(books => books.All(
        "SELECT number, content FROM order_book WHERE number > $1 ORDER BY number LIMIT $2",
        static row => (row.GetInt64(0), row.GetString(1)), after, limit));

    /// <summary>Whether the shop sells a product; null where it never did.</summary>
    public IReadOnlyDictionary<int, bool> Sells(IEnumerable<int> products) => Read(books =>
    {
        var sold = new Dictionary<int, bool>();
        foreach (var product in products)
        {
            var known = books.First(
                "SELECT discontinued FROM products WHERE product_id = $1", static row => (long?)row.GetInt64(0), product);
            if (known is { } discontinued) sold[product] = discontinued == 0;
        }

        return (IReadOnlyDictionary<int, bool>)sold;
    });

    /// <summary>Takes units off the shelf, all or none.</summary>
    public Task<ReserveOutcome> ReserveAsync(
        StepCall call, IReadOnlyList<ProductUnits> units, CancellationToken cancellationToken) =>
        WriteAsync(call, books => StockBooks.Reserve(books, call, units), cancellationToken);

    /// <summary>Puts an order's units back on the shelf.</summary>
    public Task ReleaseAsync(StepCall call, CancellationToken cancellationToken) =>
        WriteAsync(call, books => StockBooks.Release(books, call), cancellationToken);

    /// <summary>Notes an attempt before it does something outside of the books.</summary>
    public Task NoteAsync(StepCall call, CancellationToken cancellationToken) =>
        call.Attempt == 1 ? Task.CompletedTask : WriteAsync(call, static _ => true, cancellationToken);

    /// <summary>Books a charge that the provider has made.</summary>
    public Task BookChargeAsync(StepCall call, string chargeId, long amountCents, CancellationToken cancellationToken) =>
        WriteAsync(call, books => PaymentBooks.Charge(books, call, chargeId, amountCents), cancellationToken);

    /// <summary>Books that the provider has refunded a charge, or (null) that there was none and will be none.</summary>
    public Task BookRefundAsync(StepCall call, Payments.Refund? refund, CancellationToken cancellationToken) =>
        WriteAsync(call, books => PaymentBooks.Refund(books, call, refund), cancellationToken);

    /// <summary>Hands an order's reserved units to the carrier.</summary>
    /// <returns>The tracking number that stands; null where the order was recalled, or has no units reserved.</returns>
    public Task<string?> ShipAsync(StepCall call, string trackingNumber, CancellationToken cancellationToken) =>
        WriteAsync(call, books => ShipmentBooks.Ship(books, call, trackingNumber), cancellationToken);

    /// <summary>Takes an order's units back from the carrier.</summary>
    public Task RecallAsync(StepCall call, CancellationToken cancellationToken) =>
        WriteAsync(call, books => ShipmentBooks.Recall(books, call), cancellationToken);

    /// <summary>Commits what is under way and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_readers.TryTake(out var reader)) reader.Dispose();
        await _writer.DisposeAsync();
    }

    private Task<T> WriteAsync<T>(StepCall call, Func<SqliteSession, T> transaction, CancellationToken cancellationToken) =>
        _writer.WriteAsync(
            books =>
            {
                // First attempts, nearly all of them, leave no note.
                if (call.Attempt > 1)
                    books.Execute(
                        "INSERT INTO retries VALUES ($1, $2, $3, $4) ON CONFLICT DO UPDATE SET attempts = max(attempts, $4)",
                        call.IdempotencyKey, call.OrderId, call.Activity, call.Attempt);
                return transaction(books);
            },
            cancellationToken);
}
