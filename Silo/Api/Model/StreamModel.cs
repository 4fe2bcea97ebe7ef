using System.ComponentModel;
using Orchestration.Silo.Api.Values;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Model;

/// <summary>One item of the live stream of a run.</summary>
internal sealed record StreamModel
{
    [Description("The run.")]
    public required string RunId { get; init; }

    [Description("Where it stands.")]
    public required WorkflowStatus Status { get; init; }

    [Description("How many history events it has.")]
    public required long HistoryLength { get; init; }

    [Description("When its code said what follows; null where it has said nothing new.")]
    public DateTimeOffset? At { get; init; }

    [Description("What its code says of itself.")]
    public UserValue? CustomStatus { get; init; }

    [Description("How far it has come.")]
    public ProgressModel? Progress { get; init; }
}
