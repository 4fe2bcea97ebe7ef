using Orchestration.Samples.TripBooking.Agencies;
using Orchestration.Workflows;

namespace Orchestration.Samples.TripBooking;

/// <summary>Holds what the workflows say against the agencies' book.</summary>
public static class TripAudit
{
    private static readonly string[] Parts = ["hotel", "flight", "car"];

    /// <summary>What does not fit; empty where all is as it should be.</summary>
    public static IReadOnlyList<string> Violations(IEnumerable<TripEnd> ends, IEnumerable<Reservation> book)
    {
        var reserved = book.Where(static line => line.State == ReservationState.Reserved)
            .ToLookup(static line => line.TripId, static line => line.What);
        return [.. ends.SelectMany(end => ViolationsOf(end, [.. reserved[end.TripId]]))];
    }

    private static IEnumerable<string> ViolationsOf(TripEnd end, HashSet<string> reserved)
    {
        foreach (var part in Parts)
        {
            var wanted = end.Status == WorkflowStatus.Completed
                || end.Left.Any(left => left.Compensation.EndsWith(part, StringComparison.Ordinal));
            if (wanted && !reserved.Contains(part)) yield return $"{end.TripId} ended as {end.Status}, but has no {part}.";
            if (!wanted && reserved.Contains(part))
                yield return $"{end.TripId} ended as {end.Status}, but its {part} is still reserved.";
        }
    }
}
