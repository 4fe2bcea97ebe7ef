namespace Orchestration.Workflows;

/// <summary>
/// Marks a public method or property as a query: it reads the workflow's state and returns it, at once. A query sees durable
/// state only; it may ask nothing of the engine and change nothing, and one that tries is answered with
/// <see cref="QueryFailed"/>. Queries are answered for open, stalled and closed runs, and leave no trace in the history.
/// </summary>
/// <param name="name">The query's name; without it the method's or property's.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class QueryAttribute(string? name = null) : Attribute
{
    /// <summary>The query's name; null for the method's or property's.</summary>
    public string? Name { get; } = name;
}
