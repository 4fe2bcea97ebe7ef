namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>A place in a log.</summary>
/// <param name="Segment">The segment, from 1.</param>
/// <param name="Offset">Bytes from its begin.</param>
internal readonly record struct LogPlace(long Segment, long Offset) : IComparable<LogPlace>
{
    public int CompareTo(LogPlace other) =>
        Segment != other.Segment ? Segment.CompareTo(other.Segment) : Offset.CompareTo(other.Offset);

    public static bool operator <(LogPlace a, LogPlace b) => a.CompareTo(b) < 0;

    public static bool operator >(LogPlace a, LogPlace b) => a.CompareTo(b) > 0;

    public static bool operator <=(LogPlace a, LogPlace b) => a.CompareTo(b) <= 0;

    public static bool operator >=(LogPlace a, LogPlace b) => a.CompareTo(b) >= 0;
}
