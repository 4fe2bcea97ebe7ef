namespace Orchestration.Silo.Tests;

/// <summary>A test of what the bundled runtime alone does; on Microsoft Orleans it is skipped, and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BundledFactAttribute : FactAttribute
{
    public BundledFactAttribute(string reason)
    {
        if (typeof(Orleans.Grain).Assembly.GetName().Name != "Orchestration.Runtime") Skip = reason;
    }
}
