using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Errors;

/// <summary>What the engine's exceptions mean to those who use the API.</summary>
internal static class Problems
{
    /// <summary>The problem that an exception is; null for one that nobody but the silo's authors can mend.</summary>
    public static ApiProblem? Of(Exception exception) => exception switch
    {
        ProblemException e => e.Problem,
        BadHttpRequestException e => OfRequest(e),
        WorkflowNotFound e => new(404, "workflow-not-found", e.Message,
            "List the workflows of the namespace to find the id; ids are compared exactly.")
        { RunId = e.RunId?.Value },
        WorkflowAlreadyStarted e => new(409, "workflow-already-started", e.Message,
            "Wait for the run's end, end it, choose another id, or set idConflict to useExisting or terminateExisting.")
        { RunId = e.RunId.Value },
        WorkflowClosed e => new(409, "workflow-closed", e.Message, "Start the workflow anew if it is to do more.")
        { RunId = e.RunId.Value },
        WorkflowStalled e => new(409, "workflow-stalled", e.Message,
            "Describe the workflow to see expected against actual; it goes on by itself once fitting code is deployed."),
        UnknownWorkflowType e => new(404, "unknown-workflow-type", e.Message,
            "Check the type's name, or deploy a silo that hosts it."),
        InvalidIdentifier e => new(400, "invalid-identifier", e.Message,
            "Ids have 1 to 1,000 characters without control characters; in a path they are percent-encoded."),
        InvalidRequest e => new(400, "invalid-request", e.Message, "Change the request accordingly; nothing was written."),
        PayloadTooLarge e => new(413, "payload-too-large", e.Message,
            "Keep large data in a store of your own and pass a reference."),
        PayloadConversionFailed e => new(400, "unreadable-value", e.Message, "Send a value of the type that the code takes."),
        QueryFailed e => new(422, "query-failed", e.Message,
            "Check the query's name and arguments; the message lists what there is."),
        UpdateRejected e => new(422, "update-rejected", e.Message, "The run's validator said no; nothing was recorded.")
        { Failure = (e.InnerException as RecordedFailure)?.Info },
        UpdateUnfinished e => new(422, "update-unfinished", e.Message,
            "The run ended before the update had finished: describe it to see what was done.")
        { RunId = e.RunId.Value },
        UpdateFailed e => new(422, "update-failed", e.Message, "The update's handler failed; the run goes on without it.")
        { Failure = (e.InnerException as RecordedFailure)?.Info },
        TokenSpent e => new(409, "token-spent", e.Message, "Nothing is to be done: it was completed or taken back before."),
        ActivityNotPending e => new(409, "activity-not-pending", e.Message,
            "Drop the work: its attempt has ended. Describe the workflow to see what it does now."),
        SlowDown e => new(503, "slow-down", e.Message, "Try again after the time in Retry-After; nothing was written.")
        { RetryAfter = e.RetryAfter },
        OutcomeUnknown e => new(504, "outcome-unknown", e.Message,
            "Repeat the request with the same Idempotency-Key: it takes effect once. Check cluster/health.")
        { RetryAfter = TimeSpan.FromSeconds(1) },
        EngineFault e => OfFault(e),
        _ => null,
    };

    /// <summary>The problem that nobody can explain; the log has the rest.</summary>
    public static ApiProblem Internal(string traceId) => new(500, "internal-error",
        $"The silo failed at this request; its log has the rest under {traceId}.",
        "Report it with the log's lines. Repeating the request is safe with the same Idempotency-Key.");

    private static ApiProblem OfFault(EngineFault fault)
    {
        var isPassing = fault.Code == FaultCodes.StoreUnavailable;
        return new ApiProblem(isPassing ? 503 : 500, fault.Code, fault.Message,
            isPassing
                ? "Try again in a moment; work goes on by itself once the store answers. See the page for its causes."
                : "See the page for cause and remedy.")
        { RetryAfter = isPassing ? TimeSpan.FromSeconds(1) : null };
    }

    // Kestrel's and the framework's own words name types of the program: they are told in other words.
    private static ApiProblem OfRequest(BadHttpRequestException e) => e.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new(413, "body-too-large", "The request's body is over the limit.",
            "Send less at once; large values belong into a store of your own, and a reference to them here."),
        StatusCodes.Status415UnsupportedMediaType => new(415, "not-json", "The request's body is not application/json.",
            "Send JSON, and 'Content-Type: application/json'."),
        StatusCodes.Status408RequestTimeout => new(408, "body-too-slow", "The request's body did not come in time.",
            "Send it again."),
        _ => new(e.StatusCode, "invalid-request",
            e.InnerException is JsonException ? "The request's body is not what is expected." : "The request cannot be read.",
            "See /api/v1/openapi.json for what is expected."),
    };
}
