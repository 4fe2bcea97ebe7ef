namespace Orchestration.Tests.Servers;

/// <summary>How a <see cref="PostgresServer"/> is run.</summary>
public sealed record PostgresSettings
{
    /// <summary>The address at which it listens.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Settings (<c>name=value</c>) other than those of the package.</summary>
    public IReadOnlyList<string> Options { get; init; } = ["max_connections=200", "shared_buffers=64MB"];

    /// <summary>As the package has it but for statistics of statements, which those have whom it is compared with.</summary>
    public static PostgresSettings Stock { get; } = new() { Options = ["shared_preload_libraries=pg_stat_statements"] };
}
