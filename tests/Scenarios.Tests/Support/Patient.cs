using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Support;

/// <summary>Waits for a year.</summary>
[Workflow("scenario-patient")]
public sealed class Patient : Workflow<string, string>
{
    public override async Task<string> RunAsync(string input)
    {
        await Context.DelayAsync(TimeSpan.FromDays(365));
        return input;
    }
}
