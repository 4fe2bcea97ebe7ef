namespace Orchestration.Samples.TripBooking.Agencies;

/// <summary>A line of an agency's book.</summary>
/// <param name="TripId">The trip it belongs to.</param>
/// <param name="What">hotel, flight or car.</param>
/// <param name="Code">The reservation's code; null where it was cancelled before it was made.</param>
/// <param name="State">How it stands.</param>
public sealed record Reservation(string TripId, string What, string? Code, ReservationState State);

/// <summary>How a reservation stands.</summary>
public enum ReservationState
{
    /// <summary>Made.</summary>
    Reserved,

    /// <summary>Cancelled, for good: a request that comes late does not bring it back.</summary>
    Canceled,
}
