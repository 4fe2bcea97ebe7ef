using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Orchestration.Grains.Activities.Remote;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Silo.Api.Errors;
using Orchestration.Silo.Api.Hosting;
using Orchestration.Silo.Api.Model;
using Orchestration.Silo.Api.Values;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Endpoints;

/// <summary>Work for workers in any language: poll, heartbeat, complete, fail.</summary>
internal static class WorkerEndpoints
{
    private const string TokenForm = "w1";
    private const int LongestName = 200;
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <summary>Adds them below <c>/api/v1</c>.</summary>
    public static void Map(RouteGroupBuilder group)
    {
        group.MapPost("/workers/poll", PollAsync)
            .Named("pollWork", "Waits for an attempt of a queue: 200 with one, which is the worker's then, or 204.")
            .Reads<PollBody>().Answers<WorkModel>().Answers(204);
        group.MapPost("/workers/heartbeat", HeartbeatAsync)
            .Named("heartbeatWork", "Says that the worker is at it, and learns whether it should go on.")
            .Reads<AttemptBody>().Answers<HeartbeatModel>();
        group.MapPost("/workers/complete", CompleteAsync)
            .Named("completeWork", "Completes an attempt; answered once that is durable. May be repeated.")
            .Reads<AttemptBody>().Answers(204);
        group.MapPost("/workers/fail", FailAsync)
            .Named("failWork", "Fails an attempt; its retry policy decides whether another one follows. May be repeated.")
            .Reads<AttemptBody>().Answers(204);
        group.MapPost("/workers/cancel", CancelAsync)
            .Named("cancelWork", "Ends an attempt that a heartbeat was told to end. May be repeated.")
            .Reads<AttemptBody>().Answers(204);
    }

    private static async Task PollAsync(HttpContext http, RemoteWork work, IHostApplicationLifetime life)
    {
        ApiArguments.Only(http);
        var body = await ApiBody.ReadAsync(http, ApiJson.Default.PollBody);
        if (body.Queue is not { Length: > 0 and <= LongestName } queue || queue.Contains(':', StringComparison.Ordinal))
            throw ProblemException.Invalid(
                $"A poll names its 'queue', of 1 to {LongestName} characters and no colon.",
                "It is what stands before the colon in the activities' names: 'thumbnails' for 'thumbnails:resize'.");
        if (body.Worker is { Length: > LongestName })
            throw ProblemException.Invalid($"A worker's name has at most {LongestName} characters.");
        var wait = ApiArguments.Duration("waitSeconds", body.WaitSeconds) ?? DefaultWait;
        using var limit = new WaitLimit(http, life, null);
        RemoteTask? task = null;
        try
        {
            task = await work.PollAsync(queue, body.Worker ?? "", wait < LongestWait ? wait : LongestWait, limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsOver)
        {
            // The silo goes; the worker asks another one.
        }

        if (task is null) http.Response.StatusCode = StatusCodes.Status204NoContent;
        else await ApiAnswers.SendAsync(http, Model(task), ApiJson.Default.WorkModel);
    }

    private static async Task HeartbeatAsync(HttpContext http, RemoteWork work)
    {
        var (body, silo, lease) = await ReadAsync(http);
        var reason = await work.HeartbeatAsync(silo, lease, body.Details?.Payload, http.RequestAborted);
        await ApiAnswers.SendAsync(
            http,
            new HeartbeatModel
            {
                CancelRequested = reason != ActivityCancellationReason.None,
                Reason = reason == ActivityCancellationReason.None ? null : reason,
            },
            ApiJson.Default.HeartbeatModel);
    }

    private static async Task CompleteAsync(HttpContext http, RemoteWork work, IOptions<OrchestrationOptions> options)
    {
        var (body, silo, lease) = await ReadAsync(http);
        var result = body.Result?.Payload ?? Payload.Null;
        if (result.Data.Length > options.Value.MaximumPayloadBytes)
            throw new PayloadTooLarge("result", result.Data.Length, options.Value.MaximumPayloadBytes);
        await work.EndAsync(silo, lease, ActivityReportKind.Completed, result, null, http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task FailAsync(HttpContext http, RemoteWork work)
    {
        var (body, silo, lease) = await ReadAsync(http);
        if (body.Failure is not { } failure) throw ProblemException.Invalid("A failure says what happened: 'failure.message'.");
        await work.EndAsync(silo, lease, ActivityReportKind.Failed, null, failure.ToInfo(), http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task CancelAsync(HttpContext http, RemoteWork work)
    {
        var (body, silo, lease) = await ReadAsync(http);
        var failure = new FailureInfo
        {
            Kind = FailureKind.Application, Type = "WorkerGaveUp", Message = body.Reason ?? "The worker gave the attempt up.",
        };
        await work.EndAsync(silo, lease, ActivityReportKind.Canceled, null, failure, http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static WorkModel Model(RemoteTask task)
    {
        var (id, key) = (task.Task.Id, WorkflowKey.FromGrainKey(task.Task.Id.Workflow));
        RemoteWork.Split(task.Task.ActivityType, out _, out var activity);
        var silo = Convert.ToBase64String(Encoding.UTF8.GetBytes(task.Silo)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return new WorkModel
        {
            Token = $"{TokenForm}.{silo}.{task.Lease:N}",
            Activity = activity,
            Arguments = [.. task.Task.Arguments.Select(static a => new UserValue(a))],
            Attempt = id.Attempt,
            IdempotencyKey = string.Create(CultureInfo.InvariantCulture, $"{id.RunId:N}-{id.Command}"),
            WorkflowId = key.Id.Value,
            Namespace = key.Namespace,
            RunId = id.RunId.ToString("N"),
            LeaseSeconds = task.LeaseTime.TotalSeconds,
            StartToCloseSeconds = task.Task.StartToClose?.TotalSeconds,
            HeartbeatSeconds = task.Task.Heartbeat?.TotalSeconds,
            HeartbeatDetails = UserValue.Of(task.HeartbeatDetails),
            Headers = task.Task.Headers,
            TraceParent = task.Task.TraceParent,
        };
    }

    private static async Task<(AttemptBody Body, string Silo, Guid Lease)> ReadAsync(HttpContext http)
    {
        ApiArguments.Only(http);
        var body = await ApiBody.ReadAsync(http, ApiJson.Default.AttemptBody);
        if (body.Token?.Split('.') is [TokenForm, var silo, var lease] && Guid.TryParseExact(lease, "N", out var id))
        {
            try
            {
                var base64 = silo.Replace('-', '+').Replace('_', '/');
                return (body, Encoding.UTF8.GetString(Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4,
                    '='))), id);
            }
            catch (FormatException)
            {
                // Said below.
            }
        }

        throw ProblemException.Invalid(
            "The 'token' is none of a worker's.", "Send the token that the poll answered with, as it is.");
    }
}
