namespace Orchestration.OrderFulfillment.Workflows.Payments;

/// <summary>
/// What the payment provider does to whom, decided by the seed alone. Whether a card is declined depends on the order; how a
/// request goes wrong also on the attempt, and passing troubles pass by the fourth attempt. So the same seed gives the same
/// business outcome whatever happens to the shop's process meanwhile.
/// </summary>
public sealed class ProviderRules(ulong seed)
{
    private const int LastTroubledAttempt = 3;

    private readonly SeededChance _chance = new(seed);

    /// <summary>Whether the customer's bank says no: 4 % do.</summary>
    public bool Declines(string orderId) => _chance.Of("decline", orderId) < 0.04;

    /// <summary>
    /// Whether no answer about the charge ever comes through, though it is made: 1 %. The shop gives up, and has to refund what
    /// it cannot know to be charged.
    /// </summary>
    public bool LosesEveryAnswer(string orderId) => _chance.Of("jinx", orderId) < 0.01;

    /// <summary>How the charge request of an attempt goes wrong: 15 % do.</summary>
    public ProviderFault OfCharge(string orderId, int attempt)
    {
        if (LosesEveryAnswer(orderId)) return ProviderFault.DroppedAfter;
        if (attempt > LastTroubledAttempt) return ProviderFault.None;
        return _chance.Of("charge", orderId, attempt) switch
        {
            < 0.03 => ProviderFault.Unavailable,
            < 0.06 => ProviderFault.DroppedBefore,
            < 0.09 => ProviderFault.ErrorAfter,
            < 0.12 => ProviderFault.DroppedAfter,
            < 0.15 => ProviderFault.LateAfter,
            _ => ProviderFault.None,
        };
    }

    /// <summary>How the refund request of an attempt goes wrong: 20 % do.</summary>
    public ProviderFault OfRefund(string orderId, int attempt) => attempt > LastTroubledAttempt
        ? ProviderFault.None
        : _chance.Of("refund", orderId, attempt) switch
        {
            < 0.05 => ProviderFault.Unavailable,
            < 0.10 => ProviderFault.DroppedBefore,
            < 0.15 => ProviderFault.ErrorAfter,
            < 0.20 => ProviderFault.DroppedAfter,
            _ => ProviderFault.None,
        };
}
