using Orchestration.Workflows;

namespace Orchestration.Grains.WarmUp;

/// <inheritdoc cref="IWarmUpSteps"/>
internal sealed class WarmUpSteps(ActivityContext activity) : IWarmUpSteps
{
    /// <inheritdoc/>
    public Task<string> EchoAsync(string text) => Task.FromResult(text);

    /// <inheritdoc/>
    public Task RetriedAsync() =>
        activity.Attempt > 1 ? Task.CompletedTask : throw new ApplicationFailure("Once more.", "warm-up");
}
