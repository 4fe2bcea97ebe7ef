namespace Orchestration.Workflows;

/// <summary>What a start came to.</summary>
/// <param name="RunId">The run.</param>
/// <param name="IsNew">
/// Whether this start began it; false where it was there already and <see cref="WorkflowIdConflictPolicy.UseExisting"/> took it.
/// A repeat of a start, by the client itself, gets the first one's answer.
/// </param>
public readonly record struct StartedRun(RunId RunId, bool IsNew)
{
    /// <summary>The run alone.</summary>
    public static implicit operator RunId(StartedRun started) => started.RunId;

    /// <summary>The run alone.</summary>
    public RunId ToRunId() => RunId;
}
