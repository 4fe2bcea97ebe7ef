using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Support;

/// <summary>One effect, or a failure where its input says so.</summary>
[Workflow("scenario-step")]
public sealed class Step : Workflow<string, string>
{
    public override async Task<string> RunAsync(string input)
    {
        if (input == "fail") await Context.Effects().FailAsync("it was told to");
        return await Context.Effects().DoAsync(input);
    }
}
