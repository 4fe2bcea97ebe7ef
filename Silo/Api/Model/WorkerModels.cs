using System.ComponentModel;
using Orchestration.Silo.Api.Values;

namespace Orchestration.Silo.Api.Model;

/// <summary>Asks for work.</summary>
internal sealed record PollBody
{
    [Description("The queue: what stands before the colon in the activities' names.")]
    public string? Queue { get; init; }

    [Description("Who asks, for people.")]
    public string? Worker { get; init; }

    [Description("How long to wait, 0 to 60 seconds; 20 unless given.")]
    public double? WaitSeconds { get; init; }
}

/// <summary>An attempt that is the worker's from now on.</summary>
internal sealed record WorkModel
{
    [Description("Names the attempt in heartbeats and outcomes, for as long as the worker has it.")]
    public required string Token { get; init; }

    [Description("The activity, without its queue.")]
    public required string Activity { get; init; }

    [Description("Its arguments, in order.")]
    public required IReadOnlyList<UserValue> Arguments { get; init; }

    [Description("The number of the attempt, from 1.")]
    public required int Attempt { get; init; }

    [Description("The same for all attempts of one call: for outside systems that are to see no double effect.")]
    public required string IdempotencyKey { get; init; }

    [Description("The workflow that called it.")]
    public required string WorkflowId { get; init; }

    [Description("Its namespace.")]
    public required string Namespace { get; init; }

    [Description("Its run.")]
    public required string RunId { get; init; }

    [Description("Send a heartbeat well within this time: a worker that is silent for longer is taken to be lost.")]
    public required double LeaseSeconds { get; init; }

    [Description("How long the attempt may take.")]
    public double? StartToCloseSeconds { get; init; }

    [Description("How long it may go without a heartbeat.")]
    public double? HeartbeatSeconds { get; init; }

    [Description("What the attempt before it reported last.")]
    public UserValue? HeartbeatDetails { get; init; }

    [Description("What the workflow was started with.")]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    [Description("W3C trace parent, for spans of the worker's own.")]
    public string? TraceParent { get; init; }
}
