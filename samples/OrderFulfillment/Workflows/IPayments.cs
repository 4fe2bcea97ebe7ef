namespace Orchestration.OrderFulfillment.Workflows;

/// <summary>Money, by way of the payment provider.</summary>
public interface IPayments
{
    /// <summary>Charges the customer once, however often it is repeated.</summary>
    /// <returns>The provider's id of the charge.</returns>
    Task<string> ChargeAsync(string orderId, long amountCents);

    /// <summary>Undoes <see cref="ChargeAsync"/>, whether it took effect, did not, or is still under way.</summary>
    Task RefundAsync(string orderId);
}
