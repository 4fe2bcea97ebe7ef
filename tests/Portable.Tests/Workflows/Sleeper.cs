using Orchestration.Workflows;

namespace Orchestration.Portable.Tests.Workflows;

/// <summary>Sleeps for some milliseconds.</summary>
[Workflow("portable-sleeper")]
public sealed class Sleeper : Workflow<int, string>
{
    public override async Task<string> RunAsync(int milliseconds)
    {
        await Context.DelayAsync(TimeSpan.FromMilliseconds(milliseconds));
        return $"slept {milliseconds}";
    }
}
