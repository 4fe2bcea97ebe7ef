using Orchestration.Client;
using Orchestration.Samples.Tests.Support;
using Orchestration.Samples.TripBooking;
using Orchestration.Samples.TripBooking.Agencies;
using Orchestration.Samples.TripBooking.Workflows;
using Orchestration.Testing;
using Orchestration.Workflows;

namespace Orchestration.Samples.Tests.TripBooking;

/// <summary>The engine in virtual time, and the agencies, whose cars and hotel cancellations a test can hold up.</summary>
internal sealed class TripEnvironment : IAsyncDisposable
{
    private readonly TempDirectory _directory;

    private TripEnvironment(TempDirectory directory, World world, WorkflowTestEnvironment engine) =>
        (_directory, World, Engine) = (directory, world, engine);

    public World World { get; }

    public WorkflowTestEnvironment Engine { get; }

    /// <summary>How the reservations of a trip stand: hotel, flight, car; null where there is no line in the book.</summary>
    public ReservationState?[] Book(Trip trip) =>
        [.. ((string[])["hotel", "flight", "car"]).Select(what => World.Book.Find($"{trip.Id}-{what}")?.State)];

    public static async Task<TripEnvironment> StartAsync(ActivityGate? cars = null, ActivityGate? hotelCancellations = null)
    {
        var directory = new TempDirectory();
        var world = new World(directory.Path, TimeSpan.Zero);
        var engine = await WorkflowTestEnvironment.StartAsync(options => options
            .AddWorkflow<BookTrip>()
            .AddActivities(new HeldHotels(world, hotelCancellations))
            .AddActivities(new Flights(world))
            .AddActivities(new HeldCars(world, cars)));
        return new TripEnvironment(directory, world, engine);
    }

    /// <summary>A trip that meets this trouble.</summary>
    public static Trip TripWith(Trouble trouble) => new($"trip-{(int)trouble}", "Ada", "Oslo", 3);

    public async Task<TripEnd> BookAsync(Trip trip)
    {
        var workflow = Engine.Client.GetWorkflow<BookTrip>(trip.Id);
        await workflow.StartAsync(trip);
        return await EndAsync(trip);
    }

    public async Task<TripEnd> EndAsync(Trip trip)
    {
        try
        {
            var itinerary = await Engine.Client.GetWorkflow<BookTrip>(trip.Id).GetResultAsync();
            return new TripEnd(trip.Id, WorkflowStatus.Completed, itinerary, null);
        }
        catch (WorkflowFailed failure)
        {
            return new TripEnd(trip.Id, failure.Status, null, failure.InnerException);
        }
    }

    public Task<IReadOnlyList<string>> UndoneAsync(Trip trip) =>
        UndoneSteps.ReadAsync(Engine.Client.GetWorkflow<BookTrip>(trip.Id), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        _directory.Dispose();
    }

    private sealed class HeldHotels(World world, ActivityGate? cancellations) : IHotels
    {
        private readonly Hotels _hotels = new(world);

        public Task<string> ReserveAsync(Trip trip) => _hotels.ReserveAsync(trip);

        public async Task CancelAsync(string tripId)
        {
            if (cancellations is not null) await cancellations.WaitAsync(ActivityContext.Current.CancellationToken);
            await _hotels.CancelAsync(tripId);
        }
    }

    private sealed class HeldCars(World world, ActivityGate? gate) : ICars
    {
        private readonly Cars _cars = new(world);

        public async Task<string> ReserveAsync(Trip trip)
        {
            if (gate is not null) await gate.WaitAsync(ActivityContext.Current.CancellationToken);
            return await _cars.ReserveAsync(trip);
        }

        public Task CancelAsync(string tripId) => _cars.CancelAsync(tripId);
    }
}
