using Orchestration.Client;
using Orchestration.Samples.TripBooking.Agencies;
using Orchestration.Samples.TripBooking.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Samples.TripBooking;

/// <summary>Books trips, and says how each ended and what was undone.</summary>
public sealed class TripDesk(IWorkflowClient client, TextWriter output)
{
    private static readonly string[] Cities = ["Lisbon", "Oslo", "Kyoto", "Lima", "Cork"];

    /// <summary>
    /// Books one trip to its end. Its workflow is named after it: one that an earlier process began is awaited, not begun again.
    /// </summary>
    public async Task<TripEnd> BookAsync(int number, CancellationToken cancellationToken)
    {
        var trip = new Trip($"trip-{number}", $"traveller {number}", Cities[number % Cities.Length], 1 + number % 14);
        var workflow = client.GetWorkflow<BookTrip>(trip.Id);
        try
        {
            await workflow.StartAsync(
                trip, new StartOptions { IdReuse = WorkflowIdReusePolicy.RejectDuplicate }, cancellationToken);
        }
        catch (WorkflowAlreadyStarted)
        {
            // By an earlier process; it may have ended by now.
        }

        if (Troubles.Of(trip.Id) == Trouble.TravellerCancels) await CancelAtTheCarAsync(workflow, cancellationToken);
        var end = await EndOfAsync(workflow, trip.Id, cancellationToken);
        await ReportAsync(workflow, end, cancellationToken);
        return end;
    }

    private static async Task<TripEnd> EndOfAsync(
        IWorkflowHandle<BookTrip> workflow, string tripId, CancellationToken cancellationToken)
    {
        try
        {
            var itinerary = await workflow.GetResultAsync(cancellationToken);
            return new TripEnd(tripId, WorkflowStatus.Completed, itinerary, null);
        }
        catch (WorkflowFailed failure)
        {
            return new TripEnd(tripId, failure.Status, null, failure.InnerException ?? failure);
        }
    }

    /// <summary>The traveller changes their mind in the worst of moments: while the car is being reserved.</summary>
    private static async Task CancelAtTheCarAsync(IWorkflowHandle<BookTrip> workflow, CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = await workflow.DescribeAsync(cancellationToken);
            if (state.ClosedAt is not null) return;
            if (state.Activities.Any(static a => a.ActivityType == "Cars.Reserve")) break;
            await Task.Delay(20, cancellationToken);
        }

        await workflow.CancelAsync("the traveller changed their mind", cancellationToken);
    }

    private async Task ReportAsync(IWorkflowHandle<BookTrip> workflow, TripEnd end, CancellationToken cancellationToken)
    {
        if (end.Itinerary is { } booked)
        {
            await output.WriteLineAsync($"{end.TripId}: booked ({booked.Hotel}, {booked.Flight}, {booked.Car})");
            return;
        }

        var undone = await UndoneSteps.ReadAsync(workflow, cancellationToken);
        await output.WriteLineAsync($"{end.TripId}: {end.Failure!.Message} Undone: {string.Join(", ", undone)}.");
        foreach (var left in end.Left)
            await output.WriteLineAsync($"{end.TripId}: somebody has to look after: {left.Compensation}: {left.Failure.Message}");
    }
}
