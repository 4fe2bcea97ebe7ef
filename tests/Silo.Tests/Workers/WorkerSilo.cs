using Orchestration.Grains.Hosting;
using Orchestration.Silo.Tests.Api;
using Orchestration.Workflows;

namespace Orchestration.Silo.Tests.Workers;

/// <summary>A call that a workflow makes for a test.</summary>
public sealed record RemoteCall(string Activity, object[] Arguments, int MaximumAttempts = 0, double HeartbeatSeconds = 0);

[Workflow("remote")]
public sealed class Remote : Workflow<RemoteCall, object>
{
    public override Task<object> RunAsync(RemoteCall input) => Context.ExecuteActivityAsync<object>(
        input.Activity, input.Arguments,
        new ActivityOptions
        {
            StartToCloseTimeout = TimeSpan.FromMinutes(1),
            HeartbeatTimeout = input.HeartbeatSeconds > 0 ? TimeSpan.FromSeconds(input.HeartbeatSeconds) : null,
            Retry = new RetryPolicy { InitialInterval = TimeSpan.FromMilliseconds(50), MaximumAttempts = input.MaximumAttempts },
        });
}

/// <summary>A silo whose workers may be silent for a short while only.</summary>
public sealed class WorkerSilo : ApiSilo
{
    protected override void Configure(OrchestrationOptions options)
    {
        options.AddWorkflow<Remote>();
        options.RemoteLease = TimeSpan.FromSeconds(2);
    }
}
