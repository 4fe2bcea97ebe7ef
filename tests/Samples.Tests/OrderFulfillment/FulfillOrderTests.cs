using Orchestration.OrderFulfillment.Workflows;
using Orchestration.Workflows;
using static Orchestration.Samples.Tests.OrderFulfillment.OrderScript;

namespace Orchestration.Samples.Tests.OrderFulfillment;

public sealed class FulfillOrderTests
{
    private static readonly Order Order = Orders.Of("1", (1, 3), (2, 1));

    [Fact]
    public void Run_EverythingWorks_Ships()
    {
        var run = new OrderScript().Run(Order);

        Assert.Equal(["Stock.Validate", "Stock.Reserve", "Payments.Charge", "Shipping.Ship"], run.Calls);
        Assert.Equal(
            new OrderResult("1", OrderOutcome.Shipped, null, 4500, "Payments.Charge result", "Shipping.Ship result"), run.Result);
    }

    [Fact]
    public void Run_Invalid_IsRejectedWithNothingToUndo()
    {
        var run = new OrderScript().When("Stock.Validate", static _ => Fails(OrderFailures.Invalid)).Run(Order);

        Assert.Equal(["Stock.Validate"], run.Calls);
        Assert.Equal(new OrderResult("1", OrderOutcome.Rejected, OrderFailures.Invalid), run.Result);
    }

    [Fact]
    public void Run_OutOfStock_IsRejected()
    {
        var run = new OrderScript().When("Stock.Reserve", static _ => Fails(OrderFailures.OutOfStock)).Run(Order);

        Assert.Equal(["Stock.Validate", "Stock.Reserve", "Stock.Release"], run.Calls);
        Assert.Equal(new OrderResult("1", OrderOutcome.Rejected, OrderFailures.OutOfStock), run.Result);
    }

    [Fact]
    public void Run_CardDeclined_ReleasesTheStock()
    {
        var run = new OrderScript().When("Payments.Charge", static _ => Fails(OrderFailures.CardDeclined)).Run(Order);

        Assert.Equal(["Stock.Validate", "Stock.Reserve", "Payments.Charge", "Payments.Refund", "Stock.Release"], run.Calls);
        Assert.Equal(new OrderResult("1", OrderOutcome.Compensated, OrderFailures.CardDeclined), run.Result);
    }

    [Fact]
    public void Run_Undeliverable_UndoesEverythingLastFirst()
    {
        var run = new OrderScript().When("Shipping.Ship", static _ => Fails(OrderFailures.Undeliverable)).Run(Order);

        Assert.Equal(["Shipping.Recall", "Payments.Refund", "Stock.Release"], run.Calls[4..]);
        Assert.Equal(new OrderResult("1", OrderOutcome.Compensated, OrderFailures.Undeliverable), run.Result);
    }

    [Fact]
    public void Run_PassingTroubles_AreRetried()
    {
        var run = new OrderScript()
            .When("Payments.Charge", static _ => Fails(OrderFailures.ProviderUnavailable, forGood: false), times: 3)
            .Run(Order);

        Assert.Equal(4, run.Calls.Count(static call => call == "Payments.Charge"));
        Assert.Equal(OrderOutcome.Shipped, run.Result.Outcome);
    }

    [Fact]
    public void Run_ProviderNeverAnswers_GivesUpAndRefundsWhatItCannotKnow()
    {
        var run = new OrderScript()
            .When("Payments.Charge", static _ => Fails(OrderFailures.NoAnswer, forGood: false), times: 10)
            .Run(Order);

        Assert.Equal(10, run.Calls.Count(static call => call == "Payments.Charge"));
        Assert.Equal(["Payments.Refund", "Stock.Release"], run.Calls[^2..]);
        Assert.Equal(new OrderResult("1", OrderOutcome.Compensated, OrderFailures.NoAnswer), run.Result);
    }

    [Fact]
    public void Run_CompensationFails_IsRetriedUntilItHolds()
    {
        var run = new OrderScript()
            .When("Shipping.Ship", static _ => Fails(OrderFailures.Undeliverable))
            .When("Payments.Refund", static _ => Fails(OrderFailures.ProviderUnavailable, forGood: false), times: 50)
            .Run(Order);

        Assert.Equal(51, run.Calls.Count(static call => call == "Payments.Refund"));
        Assert.Equal("Stock.Release", run.Calls[^1]);
        Assert.Equal(OrderOutcome.Compensated, run.Result.Outcome);
    }

    [Fact]
    public void Run_CanceledWhileCharging_UndoesAndEndsAsCanceled()
    {
        var run = new OrderScript().When("Payments.Charge", static script => script.Cancel()).Run(Order);

        Assert.Equal(["Stock.Validate", "Stock.Reserve", "Payments.Charge", "Payments.Refund", "Stock.Release"], run.Calls);
        Assert.Equal(WorkflowStatus.Canceled, run.Status);
    }
}
