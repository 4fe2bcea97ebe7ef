using System.Text.Json.Nodes;
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

/// <summary>A silo whose workers may be silent for as long as a busy machine holds them up.</summary>
public class WorkerSilo : ApiSilo
{
    /// <summary>For how long they may be silent.</summary>
    public virtual TimeSpan Lease => TimeSpan.FromSeconds(60);

    protected override void Configure(OrchestrationOptions options)
    {
        options.AddWorkflow<Remote>();
        options.RemoteLease = Lease;
    }

    /// <summary>Starts a workflow that makes one call.</summary>
    public Task<string> CallAsync(string id, string activity, string argument, int maximumAttempts = 0) => StartAsync(
        id, "remote", $$"""{"activity": "{{activity}}", "arguments": [{{argument}}], "maximumAttempts": {{maximumAttempts}}}""");

    /// <summary>Takes work; null where there is none.</summary>
    public async Task<JsonNode?> PollAsync(string queue, int wait)
    {
        var answer = await PostAsync(
            "/api/v1/workers/poll", $$"""{"queue": "{{queue}}", "worker": "test", "waitSeconds": {{wait}}}""");
        return answer.Status == 204 ? null : answer.Json;
    }

    /// <summary>Says that work is under way.</summary>
    public Task<Answer> BeatAsync(JsonNode work, string details) => PostAsync(
        "/api/v1/workers/heartbeat", $$"""{"token": "{{work["token"]}}", "details": {{details}}}""");

    /// <summary>Says that work is done.</summary>
    public Task<Answer> CompleteAsync(JsonNode work, string result) => PostAsync(
        "/api/v1/workers/complete", $$"""{"token": "{{work["token"]}}", "result": {{result}}}""");

    /// <summary>Waits for a workflow's end.</summary>
    public async Task<JsonNode> ResultAsync(string id)
    {
        var result = await GetAsync($"/api/v1/namespaces/default/workflows/{id}/result?wait=60");
        Assert.Equal(200, result.Status);
        return result.Json;
    }
}

/// <summary>A silo that takes workers to be lost after a short silence.</summary>
public sealed class ImpatientSilo : WorkerSilo
{
    public override TimeSpan Lease => TimeSpan.FromSeconds(2);
}
