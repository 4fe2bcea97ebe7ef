namespace Orchestration.Samples.TripBooking.Agencies;

/// <summary>What goes wrong with a trip. It follows from its number, so that a demonstration is the same each time.</summary>
public enum Trouble
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>There is no room.</summary>
    HotelFull,

    /// <summary>There is no seat.</summary>
    FlightFull,

    /// <summary>There is no car.</summary>
    NoCar,

    /// <summary>The first two requests for a seat find the agency's line down.</summary>
    FlightLineDown,

    /// <summary>The room is reserved, but the first answer gets lost on its way.</summary>
    HotelAnswerLost,

    /// <summary>The car agency's line stays down: the attempts run out.</summary>
    CarLineDead,

    /// <summary>The car agency takes so long that the traveller changes their mind.</summary>
    TravellerCancels,

    /// <summary>There is no car, and the hotel takes nothing back.</summary>
    HotelKeepsTheMoney,
}
