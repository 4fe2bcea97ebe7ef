using Orchestration.Workflows;

namespace Orchestration.OrderFulfillment.Workflows;

/// <summary>
/// One order from validation to shipment. Plain C#: no state machine, no message handlers, no "where was I" columns. Kill the
/// process between any two lines and the next one goes on from there.
/// </summary>
[Workflow("order-fulfillment")]
public sealed class FulfillOrder : Workflow<Order, OrderResult>
{
    /// <inheritdoc/>
    public override async Task<OrderResult> RunAsync(Order order)
    {
        var (stock, payments, shipping) = Steps(StepOptions.Forward);
        var (stockBack, paymentsBack, shippingBack) = Steps(StepOptions.Back);

        // Each compensation is added before its step: when a step fails, times out or is cancelled, nobody can say whether it
        // took effect. So compensations bear a step that never happened, and turn away one that is still on its way.
        var undo = new Compensations();
        try
        {
            await stock.ValidateAsync(order);

            undo.Add(() => stockBack.ReleaseAsync(order.OrderId));
            await stock.ReserveAsync(order.OrderId, order.Units());

            undo.Add(() => paymentsBack.RefundAsync(order.OrderId));
            var chargeId = await payments.ChargeAsync(order.OrderId, order.TotalCents());

            undo.Add(() => shippingBack.RecallAsync(order.OrderId));
            var tracking = await shipping.ShipAsync(order.OrderId, order.ShipTo);

            return new OrderResult(order.OrderId, OrderOutcome.Shipped, null, order.TotalCents(), chargeId, tracking);
        }
        catch (ActivityFailed failure)
        {
            // For good: what a retry could mend has been retried already. An ordinary end of an order, no program error.
            await undo.RunAsync();
            // Without a failure of the application's inside, the last attempt timed out, or was lost with its silo.
            var reason = (failure.InnerException as ApplicationFailure)?.Type ?? OrderFailures.NoAnswer;
            var outcome = OrderFailures.MeansRejected(reason) ? OrderOutcome.Rejected : OrderOutcome.Compensated;
            return new OrderResult(order.OrderId, outcome, reason);
        }
        catch (Canceled)
        {
            // The customer changed their mind. Undo first, then end as what it is.
            await undo.RunAsync();
            throw;
        }
    }

    private (IStock Stock, IPayments Payments, IShipping Shipping) Steps(ActivityOptions options) =>
        (Context.Activities<IStock>(options), Context.Activities<IPayments>(options), Context.Activities<IShipping>(options));
}
