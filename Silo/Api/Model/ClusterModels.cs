using System.ComponentModel;

namespace Orchestration.Silo.Api.Model;

/// <summary>The namespaces that have workflows.</summary>
internal sealed record NamespacesModel([property: Description("Their names, in order.")] IReadOnlyList<string> Namespaces);

/// <summary>The silos of the cluster.</summary>
internal sealed record SilosModel([property: Description("The silos, by address.")] IReadOnlyList<SiloModel> Silos);

/// <summary>One silo.</summary>
internal sealed record SiloModel
{
    [Description("Its address, with its generation.")]
    public required string Silo { get; init; }

    [Description("Its name.")]
    public required string Name { get; init; }

    [Description("Its status as a member: active, joining, shuttingDown, stopping, dead.")]
    public required string Status { get; init; }

    [Description("Whether it answered this request.")]
    public required bool IsLocal { get; init; }
}

/// <summary>The 256 parts of the id space.</summary>
internal sealed record ShardsModel([property: Description("The shards, by number.")] IReadOnlyList<ShardModel> Shards);

/// <summary>One part of the id space, whose recovery one grain looks after.</summary>
internal sealed record ShardModel
{
    [Description("Its number.")]
    public required int Shard { get; init; }

    [Description("The silo where it lives; null where it did not answer.")]
    public string? Silo { get; init; }

    [Description("How many parked runs that are due soon it holds.")]
    public int Held { get; init; }

    [Description("How many runs it is waking.")]
    public int Waking { get; init; }

    [Description("When the next of those it holds is due.")]
    public DateTimeOffset? NextDue { get; init; }

    [Description("Whether it looks for work that a lost silo left.")]
    public bool IsRecovering { get; init; }
}

/// <summary>Whether all is well.</summary>
internal sealed record HealthModel
{
    [Description("Whether this silo takes work.")]
    public required bool IsReady { get; init; }

    [Description("What was looked at.")]
    public required IReadOnlyList<CheckModel> Checks { get; init; }
}

/// <summary>One thing that was looked at.</summary>
internal sealed record CheckModel(string Name, bool IsHealthy, string Detail);

/// <summary>What this silo is.</summary>
internal sealed record InfoModel
{
    [Description("The version of the silo.")]
    public required string Version { get; init; }

    [Description("Its address, with its generation.")]
    public required string Silo { get; init; }

    [Description("The cluster's id.")]
    public required string Cluster { get; init; }

    [Description("The workflow types that it hosts.")]
    public required IReadOnlyList<string> WorkflowTypes { get; init; }

    [Description("The activities that it hosts.")]
    public required IReadOnlyList<string> ActivityTypes { get; init; }

    [Description("The largest value in bytes.")]
    public required int MaximumPayloadBytes { get; init; }
}

/// <summary>What a hosted workflow type takes.</summary>
internal sealed record WorkflowTypeModel
{
    [Description("The type.")]
    public required string Type { get; init; }

    [Description("The versions of its code that this silo hosts.")]
    public required IReadOnlyList<int> Versions { get; init; }

    [Description("The signals that its class has handlers for.")]
    public required IReadOnlyList<HandlerModel> Signals { get; init; }

    [Description("Its updates.")]
    public required IReadOnlyList<HandlerModel> Updates { get; init; }

    [Description("Its queries.")]
    public required IReadOnlyList<HandlerModel> Queries { get; init; }
}

/// <summary>A message that a workflow type takes.</summary>
internal sealed record HandlerModel(string Name, [property: Description("With its parameters.")] string Signature);
