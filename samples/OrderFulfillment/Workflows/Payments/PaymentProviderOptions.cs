namespace Orchestration.OrderFulfillment.Workflows.Payments;

/// <summary>How the payment provider is run.</summary>
/// <param name="LedgerPath">Its ledger's file.</param>
/// <param name="Seed">Whom it declines, and when it fails.</param>
public sealed record PaymentProviderOptions(string LedgerPath, ulong Seed)
{
    /// <summary>How late a late answer comes: longer than any client waits.</summary>
    public TimeSpan Lateness { get; init; } = TimeSpan.FromSeconds(5);
}
