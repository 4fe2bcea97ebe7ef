namespace Orchestration.Cli.Settings;

/// <summary>A cluster as the configuration file names it.</summary>
internal sealed record Profile
{
    /// <summary>Where a silo's HTTP API is.</summary>
    public string? Address { get; init; }

    /// <summary>The namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>A file with the API key.</summary>
    public string? ApiKeyFile { get; init; }
}

/// <summary>The configuration file.</summary>
internal sealed record ProfileFile
{
    /// <summary>The profile of those who name none.</summary>
    public string? Default { get; init; }

    /// <summary>The profiles by name.</summary>
    public Dictionary<string, Profile> Profiles { get; init; } = [];
}
