namespace Orchestration.Chaos.Faults;

/// <summary>One fault as it was drawn, and what became of it.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Length">How long it lasts, where it lasts.</param>
/// <param name="Draw">Decides which silo it hits, of those that are well then.</param>
internal sealed record Fault(FaultKind Kind, TimeSpan Length, int Draw)
{
    /// <summary>When it began, in seconds since the load began.</summary>
    public double At { get; set; } = double.NaN;

    /// <summary>The silos that it hit.</summary>
    public IReadOnlyList<int> Silos { get; set; } = [];
}
