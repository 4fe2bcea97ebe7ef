namespace Orchestration.Samples.TripBooking.Workflows;

/// <summary>The activities of the flight agency.</summary>
public interface IFlights
{
    /// <summary>Reserves a seat.</summary>
    /// <returns>The reservation's code.</returns>
    Task<string> ReserveAsync(Trip trip);

    /// <summary>
    /// Undoes <see cref="ReserveAsync"/>, whether it took effect, did not, or is still on its way.
    /// </summary>
    Task CancelAsync(string tripId);
}
