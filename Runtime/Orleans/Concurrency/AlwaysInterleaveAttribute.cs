namespace Orleans.Concurrency;

/// <summary>Lets calls of this interface method begin while any other call of the activation awaits.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AlwaysInterleaveAttribute : Attribute;
