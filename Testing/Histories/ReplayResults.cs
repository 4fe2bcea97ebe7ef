namespace Orchestration.Testing.Histories;

/// <summary>Judges the results of a replay.</summary>
public static class ReplayResults
{
    /// <summary>Throws unless there is a history, and every one fits today's code: what a test for continuous integration
    /// asks.</summary>
    /// <param name="results">The results.</param>
    /// <exception cref="ReplayFailed">One does not fit, or there is none.</exception>
    public static void ShouldAllFit(this IReadOnlyCollection<ReplayResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var failed = results.Where(static r => !r.Fits).ToList();
        if (failed.Count > 0 || results.Count == 0) throw new ReplayFailed(failed, results.Count);
    }
}
