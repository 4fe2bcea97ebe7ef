using Orchestration.Samples.SubscriptionBilling.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Samples.SubscriptionBilling.Activities;

/// <summary>Charges cards and writes letters. Both bear repetition: a charge by its invoice, a letter by its call.</summary>
public sealed class Billing(Bank bank) : IBilling
{
    /// <inheritdoc/>
    public Task ChargeAsync(Invoice invoice, string card)
    {
        ArgumentNullException.ThrowIfNull(invoice);
        bank.Charges.Change(invoice.Id, known =>
        {
            if (known is not null) return known;
            if (card.StartsWith(Bank.EmptyCard, StringComparison.Ordinal))
                throw new ApplicationFailure($"Card '{card}' was declined.", BillingFailures.CardDeclined, nonRetryable: true);
            return new Charge(invoice.Id, invoice.Customer, invoice.Plan, invoice.Cents, invoice.Due, card);
        });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task WriteAsync(string customer, string text)
    {
        bank.Letters.Change(ActivityContext.Current.IdempotencyKey, known => known ?? new Letter(customer, text));
        return Task.CompletedTask;
    }
}
