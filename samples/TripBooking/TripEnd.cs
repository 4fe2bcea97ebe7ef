using Orchestration.Samples.TripBooking.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Samples.TripBooking;

/// <summary>How a trip's workflow ended, as its client sees it.</summary>
/// <param name="TripId">The trip.</param>
/// <param name="Status">How.</param>
/// <param name="Itinerary">The reservations; null where it was not booked.</param>
/// <param name="Failure">Why it was not booked; null where it was.</param>
public sealed record TripEnd(string TripId, WorkflowStatus Status, Itinerary? Itinerary, Exception? Failure)
{
    /// <summary>The compensations that could not be carried out: somebody has to look after them.</summary>
    public IReadOnlyList<UndoneNot> Left => Failure is CompensationFailed failure ? failure.Failures : [];
}
