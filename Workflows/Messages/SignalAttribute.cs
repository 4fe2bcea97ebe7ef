namespace Orchestration.Workflows;

/// <summary>
/// Marks a public method as a signal's handler: it returns nothing or a Task, and its parameters are the signal's arguments.
/// Handlers begin in the order in which their signals were recorded; one that awaits lets the next begin. A handler may do all
/// that workflow code may.
/// </summary>
/// <remarks>
/// A recorded failure that escapes a handler fails the run; a cancellation that escapes it after the run's cancellation was
/// requested ends the handler alone; anything else stalls the run, as in the run's own code.
/// </remarks>
/// <param name="name">The signal's name, stored in histories; without it the method's name without <c>Async</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SignalAttribute(string? name = null) : Attribute
{
    /// <summary>The signal's name; null for the method's.</summary>
    public string? Name { get; } = name;

    /// <summary>
    /// Whether the method takes the signals that no other handler takes. Its parameters are then the name and the arguments:
    /// <c>(string name, IReadOnlyList&lt;Payload&gt; arguments)</c>.
    /// </summary>
    public bool CatchAll { get; set; }

    /// <summary>What is said of a handler that the run's end finds unfinished.</summary>
    public UnfinishedHandlers Unfinished { get; set; }
}
