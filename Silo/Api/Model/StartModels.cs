using System.ComponentModel;
using Orchestration.Silo.Api.Values;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Model;

/// <summary>Asks for a run.</summary>
/// <remarks>Set, not init: of a type with those, the serializer gathers all of them in boxes first.</remarks>
internal sealed record StartBody
{
    [Description("The workflow's id, unique in its namespace. Left out, the silo makes one.")]
    public string? Id { get; set; }

    [Description("The workflow type's name.")]
    public string? Type { get; set; }

    [Description("The input, as JSON.")]
    public UserValue? Input { get; set; }

    [Description("Whether the id may be started again after its run has ended.")]
    public WorkflowIdReusePolicy IdReuse { get; set; }

    [Description("What becomes of the start where an open run holds the id.")]
    public WorkflowIdConflictPolicy IdConflict { get; set; }

    [Description("The version of the workflow's code; the highest unless given.")]
    public int? Version { get; set; }

    [Description("How long the run may take.")]
    public double? RunTimeoutSeconds { get; set; }

    [Description("How long the run and those that continue it may take.")]
    public double? ExecutionTimeoutSeconds { get; set; }

    [Description("How long the first turn waits.")]
    public double? StartDelaySeconds { get; set; }

    [Description("Sent along with the run; stored in the clear.")]
    public Dictionary<string, string>? Headers { get; set; }

    [Description("A signal that the run has from its first commit on; an open run is signalled instead of started.")]
    public MessageOfStart? Signal { get; set; }

    [Description("An update that the run has from its first commit on; answered with the update's result.")]
    public MessageOfStart? Update { get; set; }
}

/// <summary>A message that goes with a start.</summary>
internal sealed record MessageOfStart
{
    [Description("The signal's or update's name.")]
    public required string Name { get; init; }

    [Description("Its arguments, in order.")]
    public IReadOnlyList<UserValue>? Arguments { get; init; }

    [Description("The id of an update, by which its repeats are known.")]
    public string? UpdateId { get; init; }
}

/// <summary>The run that was started, or found.</summary>
internal sealed record StartedModel
{
    [Description("The namespace.")]
    public required string Namespace { get; init; }

    [Description("The workflow's id.")]
    public required string Id { get; init; }

    [Description("The run; null where an update was asked for, whose result tells that the run is there.")]
    public string? RunId { get; init; }

    [Description("Whether this request started the run; null where it may have signalled an open one.")]
    public bool? IsNew { get; init; }

    [Description("The result of the update that went with the start.")]
    public UserValue? UpdateResult { get; init; }
}
