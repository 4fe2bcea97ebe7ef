namespace Orchestration.OrderFulfillment.Workflows;

/// <summary>The carrier's activities.</summary>
public interface IShipping
{
    /// <summary>Hands the reserved units to a carrier.</summary>
    /// <returns>The tracking number.</returns>
    Task<string> ShipAsync(string orderId, Address to);

    /// <summary>Undoes <see cref="ShipAsync"/>, whether it took effect, did not, or is still under way.</summary>
    Task RecallAsync(string orderId);
}
