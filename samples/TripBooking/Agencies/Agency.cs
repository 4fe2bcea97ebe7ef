using Orchestration.Samples.TripBooking.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Samples.TripBooking.Agencies;

/// <summary>
/// An agency and its book. Both steps may be repeated, and come in either order: a reservation is made once, and one that was
/// cancelled stays so.
/// </summary>
/// <param name="what">What it reserves.</param>
/// <param name="world">The agencies' books and manners.</param>
public abstract class Agency(string what, World world)
{
    /// <summary>Reserves it, once.</summary>
    public async Task<string> ReserveAsync(Trip trip)
    {
        ArgumentNullException.ThrowIfNull(trip);
        var attempt = ActivityContext.Current.Attempt;
        await world.ThinkAsync(ActivityContext.Current.CancellationToken);
        switch (Troubles.Of(trip.Id), what)
        {
            case (Trouble.TravellerCancels, "car"):
                await Task.Delay(Timeout.Infinite, ActivityContext.Current.CancellationToken);
                break;
            case (Trouble.HotelFull, "hotel") or (Trouble.FlightFull, "flight"):
            case (Trouble.NoCar or Trouble.HotelKeepsTheMoney, "car"):
                throw new ApplicationFailure($"No {what} to be had in {trip.City}.", "sold-out", nonRetryable: true);
            case (Trouble.FlightLineDown, "flight") when attempt <= 2:
            case (Trouble.CarLineDead, "car"):
                throw new ApplicationFailure($"The line to the {what} agency is down.", "line-down");
        }

        var reservation = world.Book.Change(KeyOf(trip.Id), known => known switch
        {
            null => new Reservation(trip.Id, what, $"{what[..1].ToUpperInvariant()}-{trip.Id}", ReservationState.Reserved),
            { State: ReservationState.Reserved } => known,
            _ => throw new ApplicationFailure($"The {what} was cancelled before.", "canceled-before", nonRetryable: true),
        });
        if (Troubles.Of(trip.Id) == Trouble.HotelAnswerLost && what == "hotel" && attempt == 1)
            throw new ApplicationFailure("The agency did not answer in time.", "no-answer");
        return reservation.Code!;
    }

    /// <summary>Takes a reservation back, and bears it that there was none.</summary>
    public async Task CancelAsync(string tripId)
    {
        await world.ThinkAsync(ActivityContext.Current.CancellationToken);
        if (Troubles.Of(tripId) == Trouble.HotelKeepsTheMoney && what == "hotel")
            throw new ApplicationFailure("This room cannot be given back.", "not-refundable", nonRetryable: true);
        world.Book.Change(KeyOf(tripId), known => known is null
            ? new Reservation(tripId, what, null, ReservationState.Canceled)
            : known with { State = ReservationState.Canceled });
    }

    private string KeyOf(string tripId) => $"{tripId}-{what}";
}

/// <summary>Reserves rooms.</summary>
public sealed class Hotels(World world) : Agency("hotel", world), IHotels;

/// <summary>Reserves seats.</summary>
public sealed class Flights(World world) : Agency("flight", world), IFlights;

/// <summary>Reserves cars.</summary>
public sealed class Cars(World world) : Agency("car", world), ICars;
