namespace Orchestration.Samples.SubscriptionBilling.Workflows;

/// <summary>The activities of billing.</summary>
public interface IBilling
{
    /// <summary>Charges a card for an invoice, once, however often it is called.</summary>
    /// <exception cref="Orchestration.Workflows.ApplicationFailure"><c>card-declined</c>; another attempt at once would be in
    /// vain.</exception>
    Task ChargeAsync(Invoice invoice, string card);

    /// <summary>Writes to the customer.</summary>
    Task WriteAsync(string customer, string text);
}
