namespace Orchestration.Cli;

/// <summary>What the command's exit code says; docs/cli.md lists them.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>It failed in a way that no other code names.</summary>
    public const int Failed = 1;

    /// <summary>The command line, a file or a value makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>There is no such workflow, run, type or activity.</summary>
    public const int NotFound = 3;

    /// <summary>It cannot be done as things stand: already started, closed, rejected.</summary>
    public const int Refused = 4;

    /// <summary>The silo cannot be reached, or takes nothing just now.</summary>
    public const int Unavailable = 5;

    /// <summary>The API key is missing or wrong.</summary>
    public const int NotAllowed = 6;

    /// <summary>The awaited run ended without a result.</summary>
    public const int WorkflowFailed = 7;

    /// <summary>A history does not fit the code, or a store is not what it should be.</summary>
    public const int Mismatch = 8;

    /// <summary>It was interrupted.</summary>
    public const int Interrupted = 130;
}
