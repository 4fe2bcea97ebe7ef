namespace Orchestration.Workflows;

/// <summary>
/// Marks a public method as an update's handler: a message whose sender is told that it was accepted and what it came to. It
/// returns nothing, a value, a Task or a Task of a value. An accepted update survives any crash; it is known by its id, and a
/// repeat of the id gets the first one's outcome. A handler may do all that workflow code may.
/// </summary>
/// <remarks>
/// A recorded failure that escapes the handler is the update's outcome, and the run goes on; any other exception stalls the run,
/// as in the run's own code.
/// </remarks>
/// <param name="name">The update's name, stored in histories; without it the method's name without <c>Async</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UpdateAttribute(string? name = null) : Attribute
{
    /// <summary>The update's name; null for the method's.</summary>
    public string? Name { get; } = name;

    /// <summary>What is said of a handler that the run's end finds unfinished.</summary>
    public UnfinishedHandlers Unfinished { get; set; }
}
