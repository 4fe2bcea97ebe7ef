namespace Orchestration.Cli;

/// <summary>Ends a command: what is wrong, what to do, and the exit code.</summary>
internal sealed class CliFailure(int exitCode, string problem, string remedy, Exception? inner = null) : Exception(problem, inner)
{
    /// <summary>The exit code.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>What to do.</summary>
    public string Remedy { get; } = remedy;

    /// <summary>The code of the API's problem; null where it is none.</summary>
    public string? Code { get; init; }

    /// <summary>A command line that makes no sense.</summary>
    public static CliFailure Usage(string problem, string remedy) => new(ExitCodes.Usage, problem, remedy);
}
