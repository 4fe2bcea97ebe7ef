using Orchestration.Workflows;

namespace Orchestration.Samples.TripBooking.Workflows;

/// <summary>
/// A hotel, a flight and a car: all of them or none. When a step fails for good or the traveller changes their mind, the saga
/// undoes what was done, last first, and the workflow ends as failed or cancelled. What cannot be undone fails it with
/// <see cref="CompensationFailed"/>, which names what somebody has to look after.
/// </summary>
[Workflow("book-trip")]
public sealed class BookTrip : Workflow<Trip, Itinerary>
{
    /// <inheritdoc/>
    public override Task<Itinerary> RunAsync(Trip trip)
    {
        var (hotels, flights, cars) = Agencies(Steps.Forward);
        var (hotelsBack, flightsBack, carsBack) = Agencies(Steps.Back);

        // Each compensation is registered before its step: when a step fails, times out or is cancelled, nobody can say whether
        // it took effect. So compensations bear a step that never happened, and turn away one that is still on its way.
        return Context.SagaAsync(async saga =>
        {
            saga.Compensate(() => hotelsBack.CancelAsync(trip.Id), "cancel the hotel");
            var hotel = await hotels.ReserveAsync(trip);

            saga.Compensate(() => flightsBack.CancelAsync(trip.Id), "cancel the flight");
            var flight = await flights.ReserveAsync(trip);

            saga.Compensate(() => carsBack.CancelAsync(trip.Id), "cancel the car");
            var car = await cars.ReserveAsync(trip);

            return new Itinerary(hotel, flight, car);
        });
    }

    private (IHotels Hotels, IFlights Flights, ICars Cars) Agencies(ActivityOptions options) =>
        (Context.Activities<IHotels>(options), Context.Activities<IFlights>(options), Context.Activities<ICars>(options));
}
