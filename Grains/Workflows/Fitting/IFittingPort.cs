using Orchestration.Grains.Workflows.Runs;

namespace Orchestration.Grains.Workflows.Fitting;

/// <summary>What the search for fitting code reaches of its instance.</summary>
internal interface IFittingPort
{
    /// <summary>The run in memory.</summary>
    OpenRun? Open { get; }

    /// <summary>Has the instance go on living on one of the given silos.</summary>
    /// <param name="silos">The silos' names.</param>
    /// <param name="wakesThere">Whether its run is to be woken there at once.</param>
    /// <returns>False where it stays: there is no such silo, it is this one, or the instance is leaving already.</returns>
    bool MoveTo(string[] silos, bool wakesThere);

    /// <summary>A stalled run is to be looked at again: other code may be there now.</summary>
    void SeekAgain();
}
