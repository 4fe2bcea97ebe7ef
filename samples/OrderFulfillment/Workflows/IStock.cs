namespace Orchestration.OrderFulfillment.Workflows;

/// <summary>The warehouse's activities. Each is one transaction on the shop's books, safe to repeat.</summary>
public interface IStock
{
    /// <summary>Checks that the shop sells what the order asks for.</summary>
    Task ValidateAsync(Order order);

    /// <summary>Takes the order's units off the shelf: all of them or none.</summary>
    Task ReserveAsync(string orderId, IReadOnlyList<ProductUnits> units);

    /// <summary>Undoes <see cref="ReserveAsync"/>, whether it took effect, did not, or is still under way.</summary>
    Task ReleaseAsync(string orderId);
}
