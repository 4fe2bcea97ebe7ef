using Orleans.Serialization;

namespace Orchestration.Runtime.Serialization.Codecs;

/// <summary>
/// Comparers are not sent: with another one, a set or a dictionary that arrives would not find what the one that was sent finds.
/// </summary>
internal static class Comparers
{
    /// <summary>Returns <paramref name="count"/> if the comparer is the default one or its equal.</summary>
    public static int Require<T>(IEqualityComparer<T> comparer, Type collection, int count) =>
        ReferenceEquals(comparer, EqualityComparer<T>.Default) || ReferenceEquals(comparer, StringComparer.Ordinal)
            ? count
            : throw new SerializerException(
                $"A {collection} with a comparer of its own cannot cross a grain call; only the default comparer can.");
}
