namespace Orleans.Concurrency;

/// <summary>The caller's task completes once the call is handed over; no reply, error or retry follows.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OneWayAttribute : Attribute;
