using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Samples.Shared;
using Orchestration.Samples.TripBooking;
using Orchestration.Samples.TripBooking.Agencies;
using Orchestration.Samples.TripBooking.Workflows;
using Orchestration.Workflows;

var data = SampleCommand.DataOption("trip-booking");
var trips = SampleCommand.NumberOption("--trips", "How many trips are booked.", 18, 1, 10_000);
var latency = SampleCommand.NumberOption("--latency", "How long an agency takes for a step, in milliseconds.", 200, 0, 60_000);
var command = new RootCommand("Books trips - hotel, flight and car, all or none - through all that can go wrong.")
{
    data, trips, latency,
};
command.SetAction(async parsed =>
{
    var directory = parsed.GetValue(data)!;
    var world = new World(Path.Combine(directory, "reservations"), TimeSpan.FromMilliseconds(parsed.GetValue(latency)));
    List<TripEnd> ends = [];
    await using (var host = await SampleHost.StartAsync(
        directory,
        static hosted => hosted.AddWorkflow<BookTrip>().AddActivities<Hotels>().AddActivities<Flights>().AddActivities<Cars>(),
        services => services.AddSingleton(world)))
    {
        var desk = new TripDesk(host.Client, Console.Out);
        var booking = Enumerable.Range(0, parsed.GetValue(trips)).Select(number => desk.BookAsync(number, host.Stopping));
        await foreach (var end in Task.WhenEach(booking)) ends.Add(await end);
    }

    Console.WriteLine(
        $"{ends.Count(static e => e.Status == WorkflowStatus.Completed)} booked, "
        + $"{ends.Count(static e => e.Status == WorkflowStatus.Canceled)} cancelled, "
        + $"{ends.Count(static e => e.Status == WorkflowStatus.Failed)} failed, "
        + $"{ends.Sum(static e => e.Left.Count)} for somebody to look after.");
    var violations = TripAudit.Violations(ends, world.Book.All());
    foreach (var violation in violations) Console.WriteLine($"Audit: {violation}");
    if (violations.Count == 0)
        Console.WriteLine("Audit: clean. Every trip has all of its reservations, or none but those named above.");
    return violations.Count == 0 ? SampleCommand.Clean : SampleCommand.Broken;
});
return await SampleCommand.RunAsync(command, args);
