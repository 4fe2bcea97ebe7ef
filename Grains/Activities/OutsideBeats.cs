using System.Globalization;
using Orchestration.Workflows;

namespace Orchestration.Grains.Activities;

/// <summary>
/// Heartbeats from outside, as they are kept in the side row of an activity's heartbeat details: the details, and when they came,
/// since no host knows.
/// </summary>
internal static class OutsideBeats
{
    private const string AtHeader = "orchestration-beat-at";
    private const string EmptyHeader = "orchestration-beat-empty";

    /// <summary>What is to be kept.</summary>
    /// <param name="details">The details that the next attempt is to see; null for none.</param>
    /// <param name="at">When the heartbeat came.</param>
    public static Payload Keep(Payload? details, DateTimeOffset at)
    {
        var headers = details is null ? [] : new Dictionary<string, string>(details.Headers, StringComparer.Ordinal);
        headers[AtHeader] = at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        if (details is null) headers[EmptyHeader] = "1";
        return new Payload((details ?? Payload.Null).Data, headers);
    }

    /// <summary>The details as they were given; null where there were none.</summary>
    public static Payload? DetailsOf(Payload kept)
    {
        if (!kept.Headers.ContainsKey(AtHeader)) return kept;
        if (kept.Headers.ContainsKey(EmptyHeader)) return null;
        return new Payload(kept.Data, kept.Headers.Where(static h => h.Key != AtHeader).ToDictionary(StringComparer.Ordinal));
    }

    /// <summary>When the heartbeat came; null where it came from within.</summary>
    public static DateTimeOffset? AtOf(Payload kept) =>
        kept.Headers.TryGetValue(AtHeader, out var text)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
