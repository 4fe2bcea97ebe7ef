namespace Orchestration.Grains.Recovery;

/// <summary>A run to be woken.</summary>
/// <param name="Workflow">Its grain key.</param>
/// <param name="DueTicks">When it is due (UTC ticks); 0 where it should be awake already.</param>
/// <param name="Reason">Why.</param>
/// <param name="AfterCrash">Whether it should have been awake already, so that the wake is to be counted.</param>
/// <param name="Failures">How often waking it has failed.</param>
/// <param name="CodeFrom">Of a stalled run, the silo whose code is to be tried.</param>
internal readonly record struct Wake(
    string Workflow, long DueTicks, WakeReason Reason, bool AfterCrash, byte Failures = 0, string? CodeFrom = null);

/// <summary>Why a run is woken.</summary>
internal enum WakeReason : byte
{
    /// <summary>Its time has come.</summary>
    Due,

    /// <summary>The activation that had it has asked for it, and no look at the store would tell of it.</summary>
    Asked,

    /// <summary>Its silo has died.</summary>
    Lost,

    /// <summary>It was stalled, and other code may be deployed now.</summary>
    Stalled,

    /// <summary>It seems to have been left lying.</summary>
    Sweep,
}
