namespace Orchestration.Samples.TripBooking.Workflows;

/// <summary>The reservations of a trip that is booked, all three of them: the workflow's result.</summary>
public sealed record Itinerary(string Hotel, string Flight, string Car);
