namespace Orleans.Concurrency;

/// <summary>
/// Lets every call of the grain class begin while earlier ones await; turns still run one at a time. Calls start in the order
/// in which they reach the activation.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReentrantAttribute : Attribute;
