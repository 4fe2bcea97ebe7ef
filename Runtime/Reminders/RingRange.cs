namespace Orchestration.Runtime.Reminders;

/// <summary>
/// A stretch of the ring of hashes, open at its begin and closed at its end; the whole ring where both are equal.
/// </summary>
internal static class RingRange
{
    public static bool Contains(uint begin, uint end, uint hash) =>
        begin < end ? hash > begin && hash <= end : hash > begin || hash <= end || begin == end;
}
