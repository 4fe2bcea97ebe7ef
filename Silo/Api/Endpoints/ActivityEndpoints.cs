using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestration.Client;
using Orchestration.Silo.Api.Errors;
using Orchestration.Silo.Api.Hosting;
using Orchestration.Silo.Api.Model;
using Orchestration.Silo.Api.Values;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Endpoints;

/// <summary>Activities: control by their command's number, outcomes by their attempt's token; and workflows' own
/// tokens.</summary>
internal static class ActivityEndpoints
{
    /// <summary>Adds what is below <c>/api/v1/namespaces/{namespace}</c>.</summary>
    public static void MapControl(RouteGroupBuilder group)
    {
        group.MapPost("/workflows/{id}/activities/{command:long}/pause", Control(static (handle, command, body, abort) =>
                handle.PauseActivityAsync(command, body.Reason, abort), "pause"))
            .Named("pauseActivity", "Has no new attempt begin.").Reads<ActivityControlBody>().MayRepeat().Answers(204);
        group.MapPost("/workflows/{id}/activities/{command:long}/resume", Control(static (handle, command, body, abort) =>
                handle.ResumeActivityAsync(command, abort), "resume"))
            .Named("resumeActivity", "Lets a paused activity go on.").Reads<ActivityControlBody>().MayRepeat().Answers(204);
        group.MapPost("/workflows/{id}/activities/{command:long}/reset", Control(static (handle, command, body, abort) =>
                handle.ResetActivityAsync(command, body.ClearHeartbeatDetails, abort), "reset"))
            .Named("resetActivity", "Has the retry policy count anew.").Reads<ActivityControlBody>().MayRepeat().Answers(204);
    }

    /// <summary>Adds what is below <c>/api/v1</c>.</summary>
    public static void MapTokens(RouteGroupBuilder group)
    {
        group.MapPost("/activities/complete", CompleteAsync)
            .Named("completeActivity", "Completes an attempt by its token; answered once that is durable.")
            .Reads<AttemptBody>().MayRepeat().Answers(204);
        group.MapPost("/activities/fail", FailAsync)
            .Named("failActivity", "Fails an attempt by its token; its retry policy decides whether another one follows.")
            .Reads<AttemptBody>().MayRepeat().Answers(204);
        group.MapPost("/activities/cancel", CancelAsync)
            .Named("cancelActivity", "Ends an attempt, and its call, as cancelled.")
            .Reads<AttemptBody>().MayRepeat().Answers(204);
        group.MapPost("/activities/heartbeat", HeartbeatAsync)
            .Named("heartbeatActivity", "Says that an attempt is alive, and learns whether it should go on.")
            .Reads<AttemptBody>().Answers<HeartbeatModel>();
        group.MapPost("/tokens/complete", CompleteTokenAsync)
            .Named("completeToken", "Completes what a workflow waits for by a token.").Reads<TokenBody>().MayRepeat()
                .Answers(204);
        group.MapPost("/tokens/reject", RejectTokenAsync)
            .Named("rejectToken", "Rejects what a workflow waits for by a token.").Reads<TokenBody>().MayRepeat().Answers(204);
    }

    private static Func<HttpContext, string, string, long, ApiClients, Task> Control(
        Func<IWorkflowHandle, long, ActivityControlBody, CancellationToken, Task> act, string what) =>
        async (http, @namespace, id, command, clients) =>
        {
            ApiArguments.Only(http);
            var body = await ApiBody.ReadAsync(http, ApiJson.Default.ActivityControlBody);
            var handle = clients.Of(@namespace).GetWorkflow(id, runId: ApiArguments.Run(body.RunId));
            using (ApiArguments.Keyed(http, what, @namespace, id, $"{command}")) await act(handle, command, body,
                http.RequestAborted);
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        };

    private static async Task CompleteAsync(HttpContext http, ApiClients clients)
    {
        var (body, token) = await ReadAsync(http);
        using (ApiArguments.Keyed(http, "complete", token))
            await Client(clients).CompleteActivityAsync(token, body.Result?.Payload ?? Payload.Null, http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task FailAsync(HttpContext http, ApiClients clients)
    {
        var (body, token) = await ReadAsync(http);
        if (body.Failure is not { } failure) throw ProblemException.Invalid("A failure says what happened: 'failure.message'.");
        using (ApiArguments.Keyed(http, "fail", token))
            await Client(clients).FailActivityAsync(token, failure.ToException(), http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task CancelAsync(HttpContext http, ApiClients clients)
    {
        var (body, token) = await ReadAsync(http);
        using (ApiArguments.Keyed(http, "cancel", token))
            await Client(clients).CancelActivityAsync(token, body.Reason, http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task HeartbeatAsync(HttpContext http, ApiClients clients)
    {
        var (body, token) = await ReadAsync(http);
        var beat = await Client(clients).HeartbeatActivityAsync(token, body.Details?.Payload, http.RequestAborted);
        await ApiAnswers.SendAsync(
            http,
            new HeartbeatModel
            {
                CancelRequested = beat.IsCancelRequested, Reason = beat.IsCancelRequested ? beat.CancellationReason : null,
                IsPaused = beat.IsPaused,
            },
            ApiJson.Default.HeartbeatModel);
    }

    private static async Task CompleteTokenAsync(HttpContext http, ApiClients clients)
    {
        ApiArguments.Only(http);
        var body = await ApiBody.ReadAsync(http, ApiJson.Default.TokenBody);
        var token = body.Token ?? throw ProblemException.Invalid("The 'token' is missing.");
        using (ApiArguments.Keyed(http, "token", token))
            await Client(clients).CompleteTokenAsync(token, body.Value?.Payload ?? Payload.Null, http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task RejectTokenAsync(HttpContext http, ApiClients clients)
    {
        ApiArguments.Only(http);
        var body = await ApiBody.ReadAsync(http, ApiJson.Default.TokenBody);
        var token = body.Token ?? throw ProblemException.Invalid("The 'token' is missing.");
        using (ApiArguments.Keyed(http, "token", token))
            await Client(clients).RejectTokenAsync(token, body.Reason ?? "no reason was given", http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task<(AttemptBody Body, string Token)> ReadAsync(HttpContext http)
    {
        ApiArguments.Only(http);
        var body = await ApiBody.ReadAsync(http, ApiJson.Default.AttemptBody);
        return (body, body.Token ?? throw ProblemException.Invalid(
            "The 'token' is missing.", "It is the attempt's CompletionToken, or what a worker was given with its task."));
    }

    // A token names its instance with its namespace.
    private static IWorkflowClient Client(ApiClients clients) => clients.Of(WorkflowKey.DefaultNamespace);
}
