using Orchestration.OrderFulfillment.Workflows;
using Orchestration.Workflows;

namespace Orchestration.OrderFulfillment.Auditing;

/// <summary>
/// Holds three independent accounts of the same orders against each other: what the workflows say, what the shop's books say,
/// and what the payment provider says.
/// </summary>
public static class Audit
{
    /// <summary>Compares all of them, and names everything that does not fit. Nothing else may write meanwhile.</summary>
    /// <param name="dataDirectory">Where the books are.</param>
    /// <param name="ends">The end of every order's workflow.</param>
    public static List<Violation> Run(string dataDirectory, IEnumerable<OrderEnd> ends)
    {
        var books = Books.Read(dataDirectory);
        var endings = ends.ToDictionary(static end => end.OrderId, StringComparer.Ordinal);
        var found = new List<Violation>();
        AuditUnits(books, found);
        var orderIds = books.AllOrderIds().Concat(endings.Keys).Distinct(StringComparer.Ordinal);
        foreach (var orderId in orderIds.Order(StringComparer.Ordinal))
        {
            var order = new OrderAudit(books, orderId, found);
            order.Stock();
            order.Money();
            order.Against(endings.GetValueOrDefault(orderId));
        }

        return found;
    }

    private static void AuditUnits(Books books, List<Violation> found)
    {
        var taken = new Dictionary<int, long>();
        foreach (var reservation in books.Reservations.Values)
        {
            if (reservation.State == "released") continue;
            foreach (var (product, units) in books.ReservedUnits[reservation.OrderId])
                taken[product] = taken.GetValueOrDefault(product) + units;
        }

        foreach (var product in books.Products)
        {
            var subject = $"product {product.ProductId}";
            var gone = taken.GetValueOrDefault(product.ProductId);
            if (product.OnHand < 0) found.Add(new(subject, "stock is never negative", $"{product.OnHand} units on hand"));
            if (product.Opening == product.OnHand + gone) continue;
            var account = $"opened with {product.Opening}; {product.OnHand} on hand and {gone} reserved or shipped";
            found.Add(new(subject, "units are conserved", account));
        }
    }

    /// <summary>One order's rows in all the books.</summary>
    private sealed class OrderAudit(Books books, string orderId, List<Violation> found)
    {
        private const string None = "nothing";

        private readonly string? _reservation = books.Reservations.GetValueOrDefault(orderId)?.State;
        private readonly Books.StateRow? _shipment = books.Shipments.GetValueOrDefault(orderId);
        private readonly Books.MoneyRow[] _payments = [.. books.Payments[orderId]];
        private readonly Books.MoneyRow[] _charged = [.. books.Charged[orderId]];
        private readonly Books.MoneyRow[] _refunded = [.. books.Refunded[orderId]];

        private bool IsShipped => _shipment?.State == "booked";

        public void Stock()
        {
            if (_reservation == "open") Add("nothing stays reserved", "the reservation is open");
            if (IsShipped != (_reservation == "shipped"))
                Add("what is shipped was reserved", $"shipment {_shipment?.State ?? None}, reservation {_reservation ?? None}");
            if (_reservation is not ("open" or "shipped") || !books.Orders.TryGetValue(orderId, out var order)) return;
            if (!order.Units().ToHashSet().SetEquals(books.ReservedUnits[orderId]))
                Add("what is shipped was ordered", "the reserved units are not those of the order");
        }

        public void Money()
        {
            if (_charged.Length > 1) Add("no order is charged twice", $"{_charged.Length} charges: {Ids(_charged)}");
            if (_refunded.Length > 1) Add("no order is refunded twice", $"{_refunded.Length} refunds: {Ids(_refunded)}");
            if (_charged.Length > 0 && _refunded.Length == 0 && !IsShipped)
                Add("what is charged is shipped or refunded", $"charge {Ids(_charged)} is neither");
            if (_refunded.Length > 0 && IsShipped)
                Add("what is refunded is not shipped", $"refund {Ids(_refunded)}, and shipped");
            if (_charged.Length == 0 && IsShipped) Add("what is shipped is paid", "the provider knows of no charge");
            foreach (var refund in _refunded)
                if (_charged.FirstOrDefault(charge => charge.Id == refund.State)?.AmountCents != refund.AmountCents)
                    Add("refunds match charges", $"refund {refund.Id} of {refund.AmountCents} for charge {refund.State}");
            BooksAgainstLedger();
        }

        public void Against(OrderEnd? end)
        {
            if (!books.Orders.TryGetValue(orderId, out var order)) Add("all orders are in the order book", "it is not there");
            else if (end is null) Add("every order ends", "its workflow has no end");
            else if (end.Status is not (WorkflowStatus.Completed or WorkflowStatus.Canceled))
                Add("every order ends", $"{end.Status}: {end.Error}");
            else if (end.Result?.Outcome == OrderOutcome.Shipped) AgainstShipped(order, end.Result);
            else AgainstUnshipped(end);
        }

        private void BooksAgainstLedger()
        {
            const string Rule = "the books match the provider's ledger";
            var payment = _payments.FirstOrDefault();
            var charge = _charged.FirstOrDefault();
            var expected = charge is null ? null : _refunded.Length > 0 ? "refunded" : "charged";
            var booked = payment?.State is "void" ? null : payment?.State;
            if (booked != expected)
                Add(Rule, $"booked as {payment?.State ?? None}, in the ledger {expected ?? None}");
            else if (booked is not null && (payment!.Id != charge!.Id || payment.AmountCents != charge.AmountCents))
                Add(Rule, $"booked {payment.Id} of {payment.AmountCents}, in the ledger {charge.Id} of {charge.AmountCents}");
            var refunds = books.Refunds[orderId].Select(static row => (row.Id, row.AmountCents)).ToHashSet();
            if (!refunds.SetEquals(_refunded.Select(static row => (row.Id, row.AmountCents))))
                Add(Rule, $"refunds booked: {Ids(books.Refunds[orderId])}, in the ledger: {Ids(_refunded)}");
        }

        private void AgainstShipped(Order order, OrderResult result)
        {
            const string Rule = "results match the books";
            if (!IsShipped || _shipment!.Number != result.TrackingNumber)
                Add(Rule, $"the result says shipped as {result.TrackingNumber}, the books {_shipment?.Number ?? None}");
            var charge = _charged.FirstOrDefault();
            if (charge is null || charge.Id != result.ChargeId || charge.AmountCents != result.AmountCents)
                Add(Rule, $"the result says {result.AmountCents} charged by {result.ChargeId}, the ledger {Ids(_charged)}");
            if (result.AmountCents != order.TotalCents())
                Add(Rule, $"{result.AmountCents} was charged for an order of {order.TotalCents()}");
        }

        private void AgainstUnshipped(OrderEnd end)
        {
            const string Rule = "results match the books";
            var said = end.Result?.Outcome.ToString() ?? end.Status.ToString();
            if (IsShipped) Add(Rule, $"the result says {said}, the books shipped as {_shipment!.Number}");
            if (_charged.Length > _refunded.Length) Add(Rule, $"the result says {said}, and charge {Ids(_charged)} was kept");
            if (end.Result?.Outcome == OrderOutcome.Rejected && (_charged.Length > 0 || books.ReservedUnits[orderId].Any()))
                Add(Rule, "the result says rejected, but stock or money was taken");
            if (end.Result?.Outcome == OrderOutcome.Compensated && _reservation != "released")
                Add(Rule, $"the result says compensated, and the reservation is {_reservation ?? "unknown"}");
        }

        private void Add(string rule, string detail) => found.Add(new Violation($"order {orderId}", rule, detail));

        private static string Ids(IEnumerable<Books.MoneyRow> rows) => string.Join(", ", rows.Select(static row => row.Id));
    }
}
