namespace Orchestration.Workflows;

/// <summary>
/// The silo that ran the attempt is gone, so whether it took effect is unknown; recorded where the policy allows no further
/// attempt.
/// </summary>
/// <remarks>
/// A lost attempt is repeated without back-off, since that is no fault of the activity's. From the third loss in a row of the
/// same
/// call on, the retry policy's back-off applies: an activity that takes its silo down does not take down one after the other at
/// full speed. Attempts that a silo gave up as it shut down in good order are no losses.
/// </remarks>
public sealed class ActivityLost : RecordedFailure
{
    internal ActivityLost(string message) : base(message)
    {
    }
}
