namespace Orchestration.Samples.TripBooking.Workflows;

/// <summary>What a traveller wants: the workflow's input.</summary>
/// <param name="Id">Its number. The workflow's id and the reservations' keys derive from it.</param>
/// <param name="Traveller">Who travels.</param>
/// <param name="City">Where to.</param>
/// <param name="Nights">For how long.</param>
public sealed record Trip(string Id, string Traveller, string City, int Nights);
