using System.ComponentModel;
using Orchestration.Silo.Api.Model;

namespace Orchestration.Silo.Api.Errors;

/// <summary>A problem as it is sent.</summary>
internal sealed record ProblemModel
{
    [Description("A page about this kind of problem, served by the silo.")]
    public required string Type { get; init; }

    [Description("The kind of problem in words.")]
    public required string Title { get; init; }

    [Description("The HTTP status.")]
    public required int Status { get; init; }

    [Description("What is wrong with this request.")]
    public required string Detail { get; init; }

    [Description("A stable name of the kind of problem.")]
    public required string Code { get; init; }

    [Description("What to do.")]
    public required string Remedy { get; init; }

    [Description("The run that stands in the way.")]
    public string? RunId { get; init; }

    [Description("When to try again.")]
    public double? RetryAfterSeconds { get; init; }

    [Description("The failure that was recorded.")]
    public FailureModel? Failure { get; init; }
}
