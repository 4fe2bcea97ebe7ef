namespace Orchestration.OrderFulfillment.Workflows.Shop;

/// <summary>What became of a reservation.</summary>
/// <param name="Reserved">Whether the units are set aside, now or by an earlier attempt.</param>
/// <param name="Undone">Whether the release came first.</param>
/// <param name="Missing">The product of which there is not enough.</param>
public readonly record struct ReserveOutcome(bool Reserved, bool Undone = false, int? Missing = null);
