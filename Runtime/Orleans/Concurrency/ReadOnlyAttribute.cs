namespace Orleans.Concurrency;

/// <summary>Promises that the method does not change the grain, so that it may overlap with other such calls.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReadOnlyAttribute : Attribute;
