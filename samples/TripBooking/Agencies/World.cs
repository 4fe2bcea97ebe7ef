using Orchestration.Samples.Shared;

namespace Orchestration.Samples.TripBooking.Agencies;

/// <summary>What the agencies share: their book, and how long they take.</summary>
/// <param name="directory">The folder of the book.</param>
/// <param name="latency">How long an agency thinks before it acts.</param>
public sealed class World(string directory, TimeSpan latency)
{
    /// <summary>All reservations.</summary>
    public FileBook<Reservation> Book { get; } = new(directory);

    /// <summary>Takes the time that an agency takes.</summary>
    public Task ThinkAsync(CancellationToken cancellationToken) =>
        latency == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(latency, cancellationToken);
}
