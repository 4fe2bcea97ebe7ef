using System.Globalization;

namespace Orchestration.Samples.TripBooking.Agencies;

/// <summary>Says what goes wrong with which trip.</summary>
public static class Troubles
{
    private static readonly Trouble[] Kinds = Enum.GetValues<Trouble>();

    /// <summary>The trip's trouble: by the number at the end of its id, each kind in turn.</summary>
    public static Trouble Of(string tripId)
    {
        var number = int.Parse(tripId.AsSpan(tripId.LastIndexOf('-') + 1), CultureInfo.InvariantCulture);
        return Kinds[number % Kinds.Length];
    }
}
