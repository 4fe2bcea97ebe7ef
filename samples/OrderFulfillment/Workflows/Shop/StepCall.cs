using Orchestration.Workflows;

namespace Orchestration.OrderFulfillment.Workflows.Shop;

/// <summary>Which activity call writes to the books.</summary>
/// <param name="OrderId">The order it works for.</param>
/// <param name="IdempotencyKey">The same for all attempts of one call.</param>
/// <param name="Activity">The activity's name.</param>
/// <param name="Attempt">The attempt's number, from 1.</param>
public readonly record struct StepCall(string OrderId, string IdempotencyKey, string Activity, int Attempt)
{
    /// <summary>The call that an attempt belongs to.</summary>
    public static StepCall Of(ActivityContext activity, string orderId)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return new(orderId, activity.IdempotencyKey, activity.ActivityType, activity.Attempt);
    }
}
