namespace Orchestration.Workflows;

/// <summary>
/// Marks a public method as an update's validator: it returns nothing and has the handler's parameters. It runs before the update
/// is recorded and may only read. Whatever it throws rejects the update (<see cref="UpdateRejected"/>), which then leaves no
/// trace in the history.
/// </summary>
/// <param name="update">The update's name.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UpdateValidatorAttribute(string update) : Attribute
{
    /// <summary>The update's name.</summary>
    public string Update { get; } = update;
}
