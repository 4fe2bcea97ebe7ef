namespace Orchestration.OrderFulfillment.Workflows.Shipping;

/// <summary>Where the carrier goes, decided by a seed.</summary>
public sealed class Carrier(ulong seed)
{
    private const int LastTroubledAttempt = 3;

    private readonly SeededChance _chance = new(seed);

    /// <summary>Whether it delivers to a place: not to 6 % of the cities.</summary>
    public bool DeliversTo(Address to)
    {
        ArgumentNullException.ThrowIfNull(to);
        return _chance.Of("city", $"{to.Country}\n{to.City}") >= 0.06;
    }

    /// <summary>Whether nobody answers the carrier's telephone: 3 % of the first attempts, never after the third.</summary>
    public bool IsBusy(string orderId, int attempt) =>
        attempt <= LastTroubledAttempt && _chance.Of("busy", orderId, attempt) < 0.03;
}
