using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestration.Client;
using Orchestration.Silo.Api.Hosting;
using Orchestration.Silo.Api.Model;
using Orchestration.Silo.Api.Values;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Endpoints;

/// <summary>Signals, queries, updates, results, and the ends that come from outside.</summary>
internal static class MessageEndpoints
{
    private const double LongestWait = 60;
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(20);

    /// <summary>Adds them below <c>/api/v1/namespaces/{namespace}</c>.</summary>
    public static void Map(RouteGroupBuilder group)
    {
        group.MapPost("/workflows/{id}/signals/{name}", SignalAsync)
            .Named("signalWorkflow", "Sends a signal; answered once it is durable.").Reads<SignalBody>().MayRepeat().Answers(204);
        group.MapPost("/workflows/{id}/queries/{name}", QueryAsync).Named("queryWorkflow", "Asks the run's code.")
            .Reads<QueryBody>().Answers<QueryResultModel>();
        group.MapPost("/workflows/{id}/updates/{name}", UpdateAsync)
            .Named("updateWorkflow", "Sends an update and waits for its outcome, or until it is accepted.")
            .Reads<UpdateBody>().MayRepeat().Answers<UpdateResultModel>().Answers<UpdateResultModel>(202);
        group.MapGet("/workflows/{id}/updates/{updateId}", UpdateResultAsync)
            .Named("getUpdateResult", "Waits for the outcome of an update that was accepted.").Takes("runId", "wait")
            .Answers<UpdateResultModel>().Answers<UpdateResultModel>(202);
        group.MapGet("/workflows/{id}/result", ResultAsync)
            .Named("getResult", "Waits for the run's end: 200 with how it ended, 202 where it has not.").Takes("runId", "wait")
            .Answers<ResultModel>().Answers<ResultModel>(202);
        group.MapPost("/workflows/{id}/cancel", CancelAsync)
            .Named("cancelWorkflow", "Asks the run's code to cancel; answered once that is durable.")
            .Reads<ControlBody>().MayRepeat().Answers(204);
        group.MapPost("/workflows/{id}/terminate", TerminateAsync)
            .Named("terminateWorkflow", "Ends the run at once, without its code: nothing is compensated.")
            .Reads<ControlBody>().MayRepeat().Answers(204);
    }

    private static async Task SignalAsync(HttpContext http, string @namespace, string id, string name, ApiClients clients)
    {
        ApiArguments.Only(http);
        var body = await ApiBody.ReadAsync(http, ApiJson.Default.SignalBody);
        using (ApiArguments.Keyed(http, "signal", @namespace, id, name))
            await Handle(clients, @namespace, id, body.RunId).SignalAsync(
                name, UserValue.ToPayloads(body.Arguments), http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task QueryAsync(HttpContext http, string @namespace, string id, string name, ApiClients clients)
    {
        ApiArguments.Only(http);
        var body = await ApiBody.ReadAsync(http, ApiJson.Default.QueryBody);
        var result = await Handle(clients, @namespace, id, body.RunId).QueryAsync<Payload>(
            name, UserValue.ToPayloads(body.Arguments), new QueryOptions { Consistent = body.Consistent }, http.RequestAborted);
        await ApiAnswers.SendAsync(http, new QueryResultModel(UserValue.Of(result)), ApiJson.Default.QueryResultModel);
    }

    private static async Task UpdateAsync(
        HttpContext http, string @namespace, string id, string name, ApiClients clients, IHostApplicationLifetime life)
    {
        ApiArguments.Only(http);
        var body = await ApiBody.ReadAsync(http, ApiJson.Default.UpdateBody);
        var wait = ApiArguments.Duration("waitSeconds", body.WaitSeconds) ?? DefaultWait;
        IUpdateHandle<Payload> update;
        using (ApiArguments.Keyed(http, "update", @namespace, id, name))
            update = await Handle(clients, @namespace, id, body.RunId).StartUpdateAsync<Payload>(
                name, UserValue.ToPayloads(body.Arguments), new UpdateOptions { UpdateId = body.UpdateId }, http.RequestAborted);
        await AnswerUpdateAsync(http, update, wait, life);
    }

    private static Task UpdateResultAsync(
        HttpContext http, string @namespace, string id, string updateId, ApiClients clients, IHostApplicationLifetime life)
    {
        ApiArguments.Only(http, "runId", "wait");
        var wait = ApiArguments.Seconds(http, "wait", LongestWait) ?? DefaultWait;
        var update = WorkflowEndpoints.Handle(http, clients, @namespace, id).GetUpdate<Payload>(updateId);
        return AnswerUpdateAsync(http, update, wait, life);
    }

    private static async Task AnswerUpdateAsync(
        HttpContext http, IUpdateHandle<Payload> update, TimeSpan wait, IHostApplicationLifetime life)
    {
        var known = new UpdateResultModel { UpdateId = update.UpdateId, RunId = update.RunId?.ToString(), IsCompleted = false };
        if (wait > TimeSpan.Zero)
        {
            using var limit = new WaitLimit(http, life, wait);
            try
            {
                var result = await update.GetResultAsync(limit.Token);
                known = known with { IsCompleted = true, Result = UserValue.Of(result) };
            }
            catch (OperationCanceledException) when (limit.IsOver)
            {
                // Told below that it has not finished.
            }
        }

        await ApiAnswers.SendAsync(http, known, ApiJson.Default.UpdateResultModel, known.IsCompleted ? 200 : 202);
    }

    private static async Task ResultAsync(
        HttpContext http, string @namespace, string id, ApiClients clients, IHostApplicationLifetime life)
    {
        ApiArguments.Only(http, "runId", "wait");
        var handle = WorkflowEndpoints.Handle(http, clients, @namespace, id);
        using var limit = new WaitLimit(http, life, ApiArguments.Seconds(http, "wait", LongestWait) ?? DefaultWait);
        ResultModel answer;
        try
        {
            var result = await handle.GetResultAsync<Payload>(limit.Token);
            answer = new ResultModel { Status = WorkflowStatus.Completed, IsFinal = true, Result = UserValue.Of(result) };
        }
        catch (WorkflowFailed e)
        {
            answer = new ResultModel
            {
                Status = e.Status, IsFinal = true, RunId = e.RunId.ToString(),
                Failure = FailureModel.Of((e.InnerException as RecordedFailure)?.Info),
            };
        }
        catch (OperationCanceledException) when (limit.IsOver)
        {
            var open = await handle.DescribeAsync(http.RequestAborted);
            answer = new ResultModel { Status = open.Status, IsFinal = false, RunId = open.RunId.ToString("N") };
        }

        await ApiAnswers.SendAsync(http, answer, ApiJson.Default.ResultModel, answer.IsFinal ? 200 : 202);
    }

    private static async Task CancelAsync(HttpContext http, string @namespace, string id, ApiClients clients)
    {
        ApiArguments.Only(http);
        var body = await ApiBody.ReadAsync(http, ApiJson.Default.ControlBody);
        using (ApiArguments.Keyed(http, "cancel", @namespace, id))
            await Handle(clients, @namespace, id, body.RunId).CancelAsync(body.Reason, http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task TerminateAsync(HttpContext http, string @namespace, string id, ApiClients clients)
    {
        ApiArguments.Only(http);
        var body = await ApiBody.ReadAsync(http, ApiJson.Default.ControlBody);
        using (ApiArguments.Keyed(http, "terminate", @namespace, id))
            await Handle(clients, @namespace, id, body.RunId).TerminateAsync(body.Reason, http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static IUntypedWorkflowHandle Handle(ApiClients clients, string @namespace, string id, string? runId) =>
        clients.Of(@namespace).GetWorkflow(id, runId: ApiArguments.Run(runId));
}
