using System.Text.Json;

namespace Orchestration.Benchmarks.Load.Hosting;

/// <summary>What a silo's process is told when it is started.</summary>
internal sealed record SiloArguments
{
    /// <summary>Where an embedded store's file lives.</summary>
    public required string Data { get; init; }

    /// <summary>The gateway's port; 0 is any.</summary>
    public int Port { get; init; }

    /// <summary>A file that gets a line for each execution of an activity; null: none.</summary>
    public string? ExecutionLog { get; init; }

    /// <summary>The address of a PostgreSQL store; null for the embedded one.</summary>
    public string? Store { get; init; }

    /// <summary>How many silos the process runs.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The cluster that they join; null for a silo by itself.</summary>
    public string? Cluster { get; init; }

    /// <summary>As one argument of a command line.</summary>
    public override string ToString() => JsonSerializer.Serialize(this);

    /// <summary>Reads them back.</summary>
    public static SiloArguments Parse(string text) => JsonSerializer.Deserialize<SiloArguments>(text)!;
}
