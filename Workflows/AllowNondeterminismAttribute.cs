namespace Orchestration.Workflows;

/// <summary>
/// Says that what carries it may be called by workflow code although it takes something from outside (a clock, a file, a static
/// field), and why that does no harm: the analyzer does not look into it. It changes nothing at run time; code that nevertheless
/// asks for other steps on replay stalls its run (ORCH0001).
/// </summary>
/// <param name="why">Why it does no harm, for the next reader. Must not be empty (ORCHA010).</param>
[AttributeUsage(
    AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property | AttributeTargets.Field
    | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface,
    Inherited = false)]
public sealed class AllowNondeterminismAttribute(string why) : Attribute
{
    /// <summary>Why it does no harm.</summary>
    public string Why { get; } = why;
}
