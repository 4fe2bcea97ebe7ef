namespace Orchestration.Samples.SubscriptionBilling.Workflows;

/// <summary>What is subscribed to.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Cents">What a month costs.</param>
public sealed record Plan(string Name, long Cents)
{
    /// <summary>The cheap one.</summary>
    public static Plan Basic { get; } = new("basic", 9_00);

    /// <summary>The dear one.</summary>
    public static Plan Pro { get; } = new("pro", 29_00);

    /// <summary>All that are sold.</summary>
    public static IReadOnlyList<Plan> All { get; } = [Basic, Pro];
}
