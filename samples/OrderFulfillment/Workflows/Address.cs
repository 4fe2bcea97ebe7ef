namespace Orchestration.OrderFulfillment.Workflows;

/// <summary>Where an order is shipped. Many places have no region, and some no postal code.</summary>
public sealed record Address(string Name, string Street, string City, string? Region, string? PostalCode, string Country);
