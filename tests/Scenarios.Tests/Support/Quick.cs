using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Support;

/// <summary>What workflow code of the scenarios calls the world with.</summary>
internal static class Quick
{
    public static ActivityOptions Options { get; } = new() { StartToCloseTimeout = TimeSpan.FromDays(30) };

    /// <summary>The world outside.</summary>
    public static IEffects Effects(this WorkflowContext context) => context.Activities<IEffects>(Options);
}
