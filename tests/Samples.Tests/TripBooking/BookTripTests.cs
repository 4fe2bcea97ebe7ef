using Orchestration.Client;
using Orchestration.Samples.TripBooking;
using Orchestration.Samples.TripBooking.Agencies;
using Orchestration.Samples.TripBooking.Workflows;
using Orchestration.Testing;
using Orchestration.Workflows;

namespace Orchestration.Samples.Tests.TripBooking;

public sealed class BookTripTests
{
    private const ReservationState Reserved = ReservationState.Reserved;
    private const ReservationState Canceled = ReservationState.Canceled;

    [Theory]
    [InlineData(Trouble.None)]
    [InlineData(Trouble.FlightLineDown)]
    [InlineData(Trouble.HotelAnswerLost)]
    public async Task Book_NothingThatARetryCannotMend_ReservesAllThree(Trouble trouble)
    {
        await using var trips = await TripEnvironment.StartAsync();
        var trip = TripEnvironment.TripWith(trouble);

        var end = await trips.BookAsync(trip);

        Assert.Equal(new Itinerary($"H-{trip.Id}", $"F-{trip.Id}", $"C-{trip.Id}"), end.Itinerary);
        Assert.Equal([Reserved, Reserved, Reserved], trips.Book(trip));
        Assert.Empty(await trips.UndoneAsync(trip));
        Assert.Empty(TripAudit.Violations([end], trips.World.Book.All()));
    }

    [Theory]
    [InlineData(Trouble.HotelFull, 1)]
    [InlineData(Trouble.FlightFull, 2)]
    [InlineData(Trouble.NoCar, 3)]
    [InlineData(Trouble.CarLineDead, 3)]
    public async Task Book_AStepFailsForGood_UndoesWhatWasDoneLastFirst(Trouble trouble, int steps)
    {
        await using var trips = await TripEnvironment.StartAsync();
        var trip = TripEnvironment.TripWith(trouble);

        var end = await trips.BookAsync(trip);

        Assert.Equal(WorkflowStatus.Failed, end.Status);
        Assert.IsType<ActivityFailed>(end.Failure);
        string[] all = ["cancel the hotel", "cancel the flight", "cancel the car"];
        Assert.Equal(all.Take(steps).Reverse(), await trips.UndoneAsync(trip));
        ReservationState?[] canceled = [Canceled, steps > 1 ? Canceled : null, steps > 2 ? Canceled : null];
        Assert.Equal(canceled, trips.Book(trip));
        Assert.Empty(TripAudit.Violations([end], trips.World.Book.All()));
    }

    [Fact]
    public async Task Book_CanceledWhileTheCarIsReserved_UndoesAndEndsAsCanceled()
    {
        var gate = new ActivityGate();
        await using var trips = await TripEnvironment.StartAsync(cars: gate);
        var trip = TripEnvironment.TripWith(Trouble.None);
        var workflow = trips.Engine.Client.GetWorkflow<BookTrip>(trip.Id);
        await workflow.StartAsync(trip);
        await gate.Reached;

        await workflow.CancelAsync("the traveller changed their mind");
        var end = await trips.EndAsync(trip);

        Assert.Equal(WorkflowStatus.Canceled, end.Status);
        Assert.Equal(["cancel the car", "cancel the flight", "cancel the hotel"], await trips.UndoneAsync(trip));
        Assert.Equal([Canceled, Canceled, Canceled], trips.Book(trip));
        Assert.Empty(TripAudit.Violations([end], trips.World.Book.All()));
    }

    [Fact]
    public async Task Book_WhatCannotBeUndone_EndsAsAFailureThatNamesIt()
    {
        await using var trips = await TripEnvironment.StartAsync();
        var trip = TripEnvironment.TripWith(Trouble.HotelKeepsTheMoney);

        var end = await trips.BookAsync(trip);

        Assert.Equal(WorkflowStatus.Failed, end.Status);
        var left = Assert.Single(end.Left);
        Assert.Equal("cancel the hotel", left.Compensation);
        Assert.Contains("cannot be given back", left.Failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(["cancel the car", "cancel the flight", "cancel the hotel (failed)"], await trips.UndoneAsync(trip));
        Assert.Equal([Reserved, Canceled, Canceled], trips.Book(trip));
        Assert.Empty(TripAudit.Violations([end], trips.World.Book.All()));
    }

    [Fact]
    public async Task Book_CrashInTheMidstOfUndoing_GoesOnWithIt()
    {
        var gate = new ActivityGate();
        await using var trips = await TripEnvironment.StartAsync(hotelCancellations: gate);
        var trip = TripEnvironment.TripWith(Trouble.NoCar);
        await trips.Engine.Client.GetWorkflow<BookTrip>(trip.Id).StartAsync(trip);
        await gate.Reached;

        await trips.Engine.CrashAsync(downtime: TimeSpan.FromDays(3));
        gate.Open();
        var end = await trips.EndAsync(trip);

        Assert.Equal(WorkflowStatus.Failed, end.Status);
        Assert.Equal(["cancel the car", "cancel the flight", "cancel the hotel"], await trips.UndoneAsync(trip));
        Assert.Equal([Canceled, Canceled, Canceled], trips.Book(trip));
    }

    [Fact]
    public void Audit_WhatDoesNotFit_IsNamed()
    {
        TripEnd booked = new("trip-1", WorkflowStatus.Completed, new Itinerary("h", "f", "c"), null);
        TripEnd canceled = new("trip-2", WorkflowStatus.Canceled, null, null);
        Reservation[] book =
        [
            new("trip-1", "hotel", "h", Reserved), new("trip-1", "flight", "f", Reserved), new("trip-1", "car", null, Canceled),
            new("trip-2", "hotel", "h", Reserved),
        ];

        Assert.Equal(
            ["trip-1 ended as Completed, but has no car.", "trip-2 ended as Canceled, but its hotel is still reserved."],
            TripAudit.Violations([booked, canceled], book));
    }
}
