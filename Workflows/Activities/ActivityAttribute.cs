namespace Orchestration.Workflows;

/// <summary>
/// Names an activity, on the interface method that declares it. Without it the name is the interface's without its leading
/// <c>I</c>, a dot, and the method's without
/// <c>Async</c>: <c>IPayments.ChargeAsync</c> is <c>Payments.Charge</c>. The name is stored in histories.
/// </summary>
/// <param name="name">The activity's name, unique among those a silo hosts; 1 to 200 characters.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class ActivityAttribute(string name) : Attribute
{
    /// <summary>The activity's name.</summary>
    public string Name { get; } = name;
}
