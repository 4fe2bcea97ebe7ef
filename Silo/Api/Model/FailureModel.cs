using System.ComponentModel;
using Orchestration.Silo.Api.Values;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Model;

/// <summary>A recorded failure.</summary>
internal sealed record FailureModel
{
    [Description("What it is: application, activity, timeout, canceled, lost, terminated, childWorkflow, ...")]
    public required FailureKind Kind { get; init; }

    [Description("What happened.")]
    public required string Message { get; init; }

    [Description("The application's name for it, or the exception's type.")]
    public string? Type { get; init; }

    [Description("Where the application's code raised it.")]
    public string? StackTrace { get; init; }

    [Description("The failure behind it.")]
    public FailureModel? Cause { get; init; }

    [Description("The application's details.")]
    public UserValue? Details { get; init; }

    [Description("Whether another attempt would be in vain.")]
    public bool NonRetryable { get; init; }

    [Description("The limit that ran out, of a timeout.")]
    public TimeoutKind? Timeout { get; init; }

    [Description("The activity, of an activity's failure.")]
    public string? ActivityType { get; init; }

    [Description("The attempts made, of an activity's failure.")]
    public int? Attempts { get; init; }

    [Description("The workflow, of a child's failure.")]
    public string? WorkflowId { get; init; }

    [Description("What could not be undone, of a saga's failure.")]
    public IReadOnlyList<FailureModel>? Compensations { get; init; }

    /// <summary>The same without the places in the code, for answers that anybody may see.</summary>
    public FailureModel WithoutStack() => this with
    {
        StackTrace = null,
        Cause = Cause?.WithoutStack(),
        Compensations = Compensations?.Select(static f => f.WithoutStack())
            .ToList(),
    };

    /// <summary>The model of a failure; null for none.</summary>
    public static FailureModel? Of(FailureInfo? failure) => failure is null ? null : new FailureModel
    {
        Kind = failure.Kind,
        Message = failure.Message,
        Type = failure.Type,
        StackTrace = failure.StackTrace,
        Cause = Of(failure.Cause),
        Details = UserValue.Of(failure.Details),
        NonRetryable = failure.NonRetryable,
        Timeout = failure.Timeout,
        ActivityType = failure.ActivityType,
        Attempts = failure.Attempts == 0 ? null : failure.Attempts,
        WorkflowId = failure.WorkflowId,
        Compensations = failure.Compensations?.Select(static f => Of(f)!).ToList(),
    };
}
